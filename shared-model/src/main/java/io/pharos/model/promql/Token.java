package io.pharos.model.promql;

import io.pharos.model.text.GoText;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A word of an expression: its kind, its text as written, and the byte where it starts and the one behind it.
record Token(Kind kind, String text, int start, int end) {
    /// How an error text shows a kind of token.
    enum Shape {
        /// The kind's name, then the quoted text: `identifier "x"`.
        NAMED,
        /// `"("`.
        SYMBOL,
        /// `<op:+>`.
        OPERATOR,
        /// `<aggr:sum>`.
        AGGREGATOR,
        /// `<by>`.
        KEYWORD
    }

    enum Kind {
        END_OF_INPUT(Shape.NAMED, "end of input"),
        IDENTIFIER(Shape.NAMED, "identifier"),
        METRIC_IDENTIFIER(Shape.NAMED, "metric identifier"),
        STRING(Shape.NAMED, "string"),
        NUMBER(Shape.NAMED, "number"),
        DURATION(Shape.NAMED, "duration"),
        LEFT_PAREN(Shape.SYMBOL, "("),
        RIGHT_PAREN(Shape.SYMBOL, ")"),
        LEFT_BRACE(Shape.SYMBOL, "{"),
        RIGHT_BRACE(Shape.SYMBOL, "}"),
        LEFT_BRACKET(Shape.SYMBOL, "["),
        RIGHT_BRACKET(Shape.SYMBOL, "]"),
        COMMA(Shape.SYMBOL, ","),
        COLON(Shape.SYMBOL, ":"),
        EQUAL(Shape.SYMBOL, "="),
        ADD(Shape.OPERATOR, "+"),
        SUB(Shape.OPERATOR, "-"),
        MUL(Shape.OPERATOR, "*"),
        DIV(Shape.OPERATOR, "/"),
        MOD(Shape.OPERATOR, "%"),
        POW(Shape.OPERATOR, "^"),
        EQL(Shape.OPERATOR, "=="),
        NEQ(Shape.OPERATOR, "!="),
        LSS(Shape.OPERATOR, "<"),
        LTE(Shape.OPERATOR, "<="),
        GTR(Shape.OPERATOR, ">"),
        GTE(Shape.OPERATOR, ">="),
        TRIM_UPPER(Shape.OPERATOR, "</"),
        TRIM_LOWER(Shape.OPERATOR, ">/"),
        REGEX_MATCH(Shape.OPERATOR, "=~"),
        REGEX_MISMATCH(Shape.OPERATOR, "!~"),
        AT(Shape.OPERATOR, "@"),
        AND(Shape.OPERATOR, "and"),
        OR(Shape.OPERATOR, "or"),
        UNLESS(Shape.OPERATOR, "unless"),
        ATAN2(Shape.OPERATOR, "atan2"),
        SUM(Shape.AGGREGATOR, "sum"),
        AVG(Shape.AGGREGATOR, "avg"),
        COUNT(Shape.AGGREGATOR, "count"),
        MIN(Shape.AGGREGATOR, "min"),
        MAX(Shape.AGGREGATOR, "max"),
        GROUP(Shape.AGGREGATOR, "group"),
        STDDEV(Shape.AGGREGATOR, "stddev"),
        STDVAR(Shape.AGGREGATOR, "stdvar"),
        TOPK(Shape.AGGREGATOR, "topk"),
        BOTTOMK(Shape.AGGREGATOR, "bottomk"),
        COUNT_VALUES(Shape.AGGREGATOR, "count_values"),
        QUANTILE(Shape.AGGREGATOR, "quantile"),
        LIMITK(Shape.AGGREGATOR, "limitk"),
        LIMIT_RATIO(Shape.AGGREGATOR, "limit_ratio"),
        BOOL(Shape.KEYWORD, "bool"),
        BY(Shape.KEYWORD, "by"),
        GROUP_LEFT(Shape.KEYWORD, "group_left"),
        GROUP_RIGHT(Shape.KEYWORD, "group_right"),
        FILL(Shape.KEYWORD, "fill"),
        FILL_LEFT(Shape.KEYWORD, "fill_left"),
        FILL_RIGHT(Shape.KEYWORD, "fill_right"),
        IGNORING(Shape.KEYWORD, "ignoring"),
        OFFSET(Shape.KEYWORD, "offset"),
        SMOOTHED(Shape.KEYWORD, "smoothed"),
        ANCHORED(Shape.KEYWORD, "anchored"),
        ON(Shape.KEYWORD, "on"),
        WITHOUT(Shape.KEYWORD, "without"),
        START(Shape.SYMBOL, "start"),
        END(Shape.SYMBOL, "end"),
        STEP(Shape.SYMBOL, "step"),
        RANGE(Shape.SYMBOL, "range"),
        MAX_OF(Shape.SYMBOL, "max_of"),
        MIN_OF(Shape.SYMBOL, "min_of");

        private static final Map<String, Kind> WORDS = Stream.of(values())
                .filter(k -> k.shape != Shape.NAMED && Character.isLetter(k.symbol.charAt(0)))
                .collect(Collectors.toUnmodifiableMap(k -> k.symbol, k -> k));

        private final Shape shape;
        private final String symbol;

        Kind(Shape shape, String symbol) {
            this.shape = shape;
            this.symbol = symbol;
        }

        Shape shape() {
            return shape;
        }

        /// The kind of a word outside braces: a keyword in any case, a number (`inf`, `nan`), or an identifier.
        static Kind ofWord(String word) {
            String lower = word.toLowerCase(Locale.ROOT);
            Kind keyword = WORDS.get(lower);
            if (keyword != null) {
                return keyword;
            }
            if (lower.equals("inf") || lower.equals("nan")) {
                return NUMBER;
            }
            return word.indexOf(':') < 0 ? IDENTIFIER : METRIC_IDENTIFIER;
        }

        boolean isAggregator() {
            return shape == Shape.AGGREGATOR;
        }

        /// Whether the word may name a metric.
        boolean isMetricName() {
            return switch (this) {
                case IDENTIFIER,
                        METRIC_IDENTIFIER,
                        AND,
                        OR,
                        UNLESS,
                        BY,
                        WITHOUT,
                        OFFSET,
                        ANCHORED,
                        SMOOTHED,
                        FILL,
                        FILL_LEFT,
                        FILL_RIGHT,
                        START,
                        END,
                        STEP,
                        RANGE,
                        MAX_OF,
                        MIN_OF -> true;
                default -> isAggregator();
            };
        }

        /// Whether the word may name a label in a list of labels. `without` may not, in Prometheus' grammar.
        boolean isLabelName() {
            return isMetricName() && this != WITHOUT
                    || this == BOOL
                    || this == GROUP_LEFT
                    || this == GROUP_RIGHT
                    || this == IGNORING
                    || this == ON
                    || this == ATAN2;
        }

        /// Whether the word calls a function when a parenthesis follows.
        boolean isFunctionName() {
            return this == IDENTIFIER
                    || this == START
                    || this == END
                    || this == STEP
                    || this == RANGE
                    || this == MAX_OF
                    || this == MIN_OF;
        }

        /// Whether an expression may begin with it.
        boolean startsExpression() {
            return isMetricName()
                    || this == LEFT_PAREN
                    || this == LEFT_BRACE
                    || this == NUMBER
                    || this == DURATION
                    || this == STRING
                    || this == ADD
                    || this == SUB;
        }
    }

    Span span() {
        return new Span(start, end);
    }

    /// As error texts show it.
    String describe() {
        return switch (kind.shape) {
            case OPERATOR -> "<op:" + text + ">";
            case AGGREGATOR -> "<aggr:" + text + ">";
            case KEYWORD -> "<" + text + ">";
            case SYMBOL -> GoText.quote(text);
            case NAMED ->
                switch (kind) {
                    case END_OF_INPUT -> kind.symbol;
                    case IDENTIFIER, METRIC_IDENTIFIER -> kind.symbol + " " + GoText.quote(text);
                    default -> kind.symbol + " " + shortened();
                };
        };
    }

    private String shortened() {
        int runes = text.codePointCount(0, text.length());
        boolean isLong = end - start > 10;
        String head = runes > 10 ? text.substring(0, text.offsetByCodePoints(0, 10)) : text;
        return GoText.quote(isLong ? head : text) + (isLong ? "..." : "");
    }
}
