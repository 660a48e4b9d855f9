package io.pharos.model.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.labels.Matcher;
import io.pharos.model.port.FeatureFlags;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromqlParserTest {
    private final PromqlParser parser = new PromqlParser(FeatureFlags.allPromql());

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            1 +                              | 1:4: parse error: unexpected end of input
            foo{a                            | 1:6: parse error: unexpected end of input inside braces
            foo{a b}                         | 1:7: parse error: unexpected identifier "b" in label matching, expected label matching operator
            foo{a=b}                         | 1:7: parse error: unexpected identifier "b" in label matching, expected string
            foo{,}                           | 1:5: parse error: unexpected "," in label matching, expected identifier or "}"
            foo{a="b" c="d"}                 | 1:11: parse error: unexpected identifier "c" in label matching, expected "," or "}"
            foo{a=~"["}                      | 1:5: parse error: error parsing regexp: missing closing ]: `[`
            foo{a="\\q"}                      | 1:7: parse error: unknown escape sequence U+0071 'q'
            sum(1 + )                        | 1:9: parse error: unexpected ")" in aggregation
            sum by a (b)                     | 1:8: parse error: unexpected identifier "a" in grouping opts, expected "("
            sum by (a b) (c)                 | 1:11: parse error: unexpected identifier "b" in grouping opts, expected "," or ")"
            sum by (1) (c)                   | 1:9: parse error: unexpected number "1" in grouping opts, expected label
            sum by ("") (c)                  | 1:9: parse error: invalid label name for grouping: ""
            rate(a, )                        | 1:7: parse error: trailing commas not allowed in function call args
            nosuch(a)                        | 1:1: parse error: unknown function with name "nosuch"
            a + on(x) group_left == b        | 1:22: parse error: unexpected <op:==> in grouping opts, expected "("
            abs(1_)                          | 1:5: parse error: error parsing number: strconv.ParseFloat: parsing "1_": invalid syntax
            foo{a=~")"}                      | 1:5: parse error: error parsing regexp: unexpected ): `)`
            a offset                         | 1:9: parse error: unexpected end of input in offset, expected number, duration, step(), or range()
            a[                               | 1:3: parse error: unexpected end of input in duration expression
            a[]                              | 1:3: parse error: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()
            a[5m                             | 1:5: parse error: unclosed left bracket
            a[5m 5m]                         | 1:6: parse error: unexpected duration "5m" in subquery or range, expected ":" or "]"
            a[0]                             | 1:3: parse error: duration must be greater than 0
            a[5m/0]                          | 1:5: parse error: division by zero
            a @ b                            | 1:5: parse error: unexpected identifier "b" in @, expected timestamp
            a @ Inf                          | 1:1: parse error: timestamp out of bounds for @ modifier: +Inf
            1 offset 5m                      | 1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery
            a offset 1m offset 2m            | 1:1: parse error: offset may not be set multiple times
            a offset 1m [5m]                 | 1:13: parse error: no offset modifiers allowed before range
            (a)[5m]                          | 1:4: parse error: ranges only allowed for vector selectors
            a)                               | 1:3: parse error: unexpected right parenthesis ')'
            (a                               | 1:3: parse error: unclosed left parenthesis
            a $                              | 1:3: parse error: unexpected character: '$'
            5mm                              | 1:1: parse error: bad number or duration syntax: "5mm"
            1e309                            | 1:1: parse error: error parsing number: strconv.ParseFloat: parsing "1e309": value out of range
            1 == 1                           | 1:3: parse error: comparisons between scalars must use BOOL modifier
            a + bool b                       | 1:3: parse error: bool modifier can only be used on comparison operators
            a and 1                          | 1:1: parse error: set operator "and" not allowed in binary scalar expression
            a and on(x) group_left b         | 1:1: parse error: no grouping allowed for "and" operation
            1 + on(x) a                      | 1:1: parse error: vector matching only allowed between instant vectors
            a / on(x) group_left(x) b        | 1:3: parse error: label "x" must not occur in ON and GROUP clause at once
            -"a"                             | 1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "string"
            rate(a)                          | 1:6: parse error: expected type range vector in call to function "rate", got instant vector
            rate()                           | 1:1: parse error: expected 1 argument(s) in call to "rate", got 0
            round(a, 1, 2)                   | 1:1: parse error: expected at most 2 argument(s) in call to "round", got 3
            label_join(a)                    | 1:1: parse error: expected at least 3 argument(s) in call to "label_join", got 1
            sum()                            | 1:1: parse error: no arguments for aggregate expression provided
            sum(a, b)                        | 1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2
            topk("x", a)                     | 1:6: parse error: expected type scalar in aggregation parameter, got string
            sum(1)                           | 1:5: parse error: expected type instant vector in aggregation expression, got scalar
            1[5m:]                           | 1:1: parse error: subquery is only allowed on instant vector, got scalar instead
            {}                               | 1:1: parse error: vector selector must contain at least one non-empty matcher
            a{__name__="b"}                  | 1:1: parse error: metric name must not be set twice: "a" or "b"
            info(a, b)                       | 1:9: parse error: expected label selectors only, got vector selector instead
            """)
    void aBadExpressionIsRefusedWithPrometheusText(String expression, String message) {
        assertThatThrownBy(() -> parser.parse(expression))
                .isInstanceOf(ParseException.class)
                .hasMessage(message);
    }

    @Test
    void positionsCountLinesAndBytes() {
        assertThatThrownBy(() -> parser.parse("é +\n  {a=\"ü\"} )"))
                .hasMessageStartingWith("1:1: parse error: unexpected character: 'é'");
        assertThatThrownBy(() -> parser.parse("a +\n  {a=\"ü\"} b"))
                .hasMessage("2:12: parse error: unexpected identifier \"b\"");
        assertThatThrownBy(() -> parser.parse(""))
                .hasMessage("unknown position: parse error: no expression found in input");
        assertThatThrownBy(() -> parser.parse(" # nothing"))
                .hasMessage("1:1: parse error: no expression found in input");
    }

    @Test
    void whatIsExperimentalNeedsItsFlag() {
        var plain = new PromqlParser(FeatureFlags.NONE);
        assertThatThrownBy(() -> plain.parse("mad_over_time(a[5m])"))
                .hasMessage("1:1: parse error: function \"mad_over_time\" is not enabled");
        assertThatThrownBy(() -> plain.parse("limitk(1, a)"))
                .hasMessage("1:1: parse error: limitk() is experimental and must be enabled with"
                        + " --enable-feature=promql-experimental-functions");
        assertThatThrownBy(() -> plain.parse("a smoothed"))
                .hasMessage("1:1: parse error: smoothed modifier is experimental and not enabled");
        assertThatThrownBy(() -> plain.parse("a + fill(0) b"))
                .hasMessage("1:1: parse error: binop fill modifiers are experimental and not enabled");
        assertThat(PromqlPrinter.print(plain.parse("a[1m + step() * 2]"))).isEqualTo("a[1m + step() * 2]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            -2^2                             | -(2^2)
            2^3^2                            | 2^(3^2)
            -a*b                             | (-a)*b
            a offset 1m + 1                  | (a offset 1m) + 1
            a or b and c == d + e * f ^ g    | a or (b and (c == (d + (e * (f ^ g)))))
            a - b - c                        | (a - b) - c
            2 ^ -a * b                       | (2 ^ (-a)) * b
            a offset -2^2                    | (a offset -2s)^2
            """)
    void operatorsBindAsInPrometheus(String expression, String grouped) {
        assertThat(shape(parser.parse(expression))).isEqualTo(shape(parser.parse(grouped)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum",
                "offset",
                "by + without",
                "start{a=\"b\"}",
                "fill + fill_left",
                "max_of",
                "anchored",
                "group_left:x",
                "sum by (sum, on, bool, group_left) (a)",
                "a + on (atan2, ignoring) group_right (by) b",
                "inf",
                "a:b:c"
            })
    void keywordsMayNameMetricsAndLabels(String expression) {
        assertThat(parser.parse(expression)).isNotNull();
    }

    @Test
    void numbersAreReadAsGoReadsThem() {
        assertThat(number("0x1F")).isEqualTo(31);
        assertThat(number("010")).isEqualTo(8);
        assertThat(number("08")).isEqualTo(8);
        assertThat(number("1_000")).isEqualTo(1000);
        assertThat(number("1.5e3")).isEqualTo(1500);
        assertThat(number("-1h30m")).isEqualTo(-5400);
        assertThat(number("iNf")).isInfinite();
        assertThatThrownBy(() -> number("1_000.5"))
                .hasMessageContaining("strconv.ParseFloat: parsing \"1_000.5\": invalid syntax");
    }

    @Test
    void aSelectorAloneYieldsItsMatchersWithTheNameLast() {
        assertThat(parser.selector("up{job=~\"a|b\", \"x y\"!=\"1\"}"))
                .containsExactly(
                        Matcher.regex("job", "a|b"), Matcher.notEqual("x y", "1"), Matcher.equal("__name__", "up"));
        assertThat(parser.selector("{}")).isEmpty();
        assertThat(parser.selectors(List.of("a", "{\"b c\"}"))).hasSize(2);
        assertThatThrownBy(() -> parser.selector("up offset 5m")).hasMessage("1:4: parse error: unexpected <offset>");
        assertThatThrownBy(() -> parser.selector("sum(up)")).hasMessage("1:4: parse error: unexpected \"(\"");
        assertThatThrownBy(() -> parser.selector(""))
                .hasMessage("unknown position: parse error: unexpected end of input");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "-", "a+", "abs(", "sum(", "a[1m:][", "a^", "a[(", "a[-", "a[1+"})
    void whateverNestsTooDeepIsRefusedAndNotAStackOverflow(String opening) {
        assertThatThrownBy(() -> parser.parse(opening.repeat(100_000))).isInstanceOf(ParseException.class);
        String tail = "a)".repeat(3);
        assertThatThrownBy(() -> parser.parse(opening.repeat(3) + tail)).isInstanceOf(ParseException.class);
    }

    @Test
    void theLimitOfNestingIsNamed() {
        assertThatThrownBy(() -> parser.parse("a" + "+a".repeat(600)))
                .hasMessageContaining("expression nests more than 250 levels deep");
        assertThat(parser.parse("a" + "+a".repeat(240))).isNotNull();
        assertThat(parser.parse("(".repeat(240) + "a" + ")".repeat(240))).isNotNull();
    }

    private double number(String text) {
        return ((Expr.NumberLiteral) parser.parse(text)).value();
    }

    /// The tree without spans and parentheses.
    private static String shape(Expr expr) {
        return switch (expr) {
            case Expr.Paren p -> shape(p.expr());
            case Expr.Binary b -> "<" + shape(b.left()) + " " + b.operator().symbol() + " " + shape(b.right()) + ">";
            case Expr.Unary u -> "<-" + shape(u.expr()) + ">";
            default -> PromqlPrinter.print(expr);
        };
    }
}
