package io.pharos.model.promql;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.FeatureFlags;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromqlPrinterPropertyTest {
    private final PromqlParser parser = new PromqlParser(FeatureFlags.allPromql());

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whatIsPrintedReadsBackAsTheSameExpression(long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            String written = vector(random, 4);
            Expr parsed = parser.parse(written);
            String printed = PromqlPrinter.print(parsed);
            Expr again = parser.parse(printed);
            assertThat(PromqlPrinter.print(again))
                    .as("seed %d: %s", seed, written)
                    .isEqualTo(printed);
            assertThat(again.type()).isEqualTo(parsed.type());
            assertThat(PromqlPrinter.print(parser.parse(PromqlPrinter.pretty(parsed))))
                    .as("seed %d, pretty: %s", seed, written)
                    .isEqualTo(printed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void brokenTextIsRefusedCleanly(long seed) {
        var random = new SplittableRandom(seed);
        String alphabet = "ab(){}[]\"'`\\,:=!~<>@+-*/%^ 015.mseExX_#\né#";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder(vector(random, 2));
            int edits = 1 + random.nextInt(4);
            for (int e = 0; e < edits && !text.isEmpty(); e++) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.deleteCharAt(at);
                } else {
                    text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                }
            }
            String broken = text.toString();
            try {
                parser.parse(broken);
            } catch (ParseException e) {
                assertThat(e.getMessage()).as("seed %d: %s", seed, broken).contains("parse error: ");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            sum(rate(a{job="api"}[5m]))by(job)/2      | sum by (job) (rate(a{job="api"}[5m])) / 2
            a @ 1.5 offset 1h30m                      | a @ 1.500 offset 1h30m
            -a[5m:30s]                                | -a[5m:30s]
            {"quoted.name","x y"="1"}                 | {"x y"="1",__name__="quoted.name"}
            1e3+0x10+1_000+Inf+NaN                    | 1000 + 16 + 1000 + +Inf + NaN
            a and on() b or ignoring(x) c unless d    | a and on () b or ignoring (x) c unless d
            sum(a) without ()                         | sum without () (a)
            a[300] anchored @ end() offset -2m        | a[5m] anchored @ end() offset -2m
            a[1h:]                                    | a[1h:]
            a smoothed @ start()                      | a @ start() smoothed
            a offset (1m+30)                          | a offset (1m + 30)
            1w2d + 86400                              | 9d + 86400
            """)
    void isPrintedAsPrometheusPrintsIt(String written, String printed) {
        Expr expr = unchecked(written);
        assertThat(PromqlPrinter.print(expr)).isEqualTo(printed);
    }

    private Expr unchecked(String written) {
        return written.startsWith("-a[")
                ? new ExprParser(written.getBytes(StandardCharsets.UTF_8), FeatureFlags.allPromql()).expression()
                : parser.parse(written);
    }

    private static String pick(SplittableRandom random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String vector(SplittableRandom random, int depth) {
        if (depth == 0) {
            return selector(random)
                    + pick(random, List.of("", "", " offset 5m", " @ 12.5", " @ end() offset -1h", " anchored"));
        }
        return switch (random.nextInt(9)) {
            case 0 -> "(" + vector(random, depth - 1) + ")";
            case 1 -> "-" + vector(random, depth - 1);
            case 2 ->
                "(" + vector(random, depth - 1) + ")"
                        + pick(random, List.of(" + ", " - ", " * ", " / ", " % ", " ^ ", " > bool ", " == "))
                        + scalar(random, depth - 1);
            case 3 ->
                "(" + vector(random, depth - 1) + ")"
                        + pick(
                                random,
                                List.of(
                                        " + on (a) group_left (b) ",
                                        " and ",
                                        " or ",
                                        " unless ignoring (x) ",
                                        " atan2 ",
                                        " </ ",
                                        " + fill (2) ",
                                        " * ignoring (\"x y\") group_right () fill_left (-1) "))
                        + "(" + vector(random, depth - 1) + ")";
            case 4 ->
                pick(random, List.of("sum", "avg by (a)", "count without (a, \"b c\")", "GROUP")) + " ("
                        + vector(random, depth - 1) + ")";
            case 5 -> "topk(" + scalar(random, 1) + ", " + vector(random, depth - 1) + ") by (x)";
            case 6 ->
                "rate(" + selector(random)
                        + pick(
                                random,
                                List.of("[5m]", "[90s] offset 1d", "[step() + 5m]", "[2 * (1m + max_of(step(), 3))]"))
                        + ")";
            case 7 ->
                "max_over_time((" + vector(random, depth - 1) + ")"
                        + pick(random, List.of("[1h:]", "[1h:5m] @ start()", "[7d:1m30s] offset 5ms")) + ")";
            default -> "label_replace(" + vector(random, depth - 1) + ", \"a\\n\", '$1', `b\\`, \"(.*)\")";
        };
    }

    private static String scalar(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth <= 0 ? 3 : 5)) {
            case 0 -> Integer.toString(random.nextInt(-5, 1000));
            case 1 -> pick(random, List.of("1e100", "0.5", "Inf", "NaN", "1h30m", "0x10", "1e-9"));
            case 2 -> "time()";
            case 3 -> "scalar(" + vector(random, depth - 1) + ")";
            default -> "(" + scalar(random, depth - 1) + " + " + scalar(random, depth - 1) + ")";
        };
    }

    private static String selector(SplittableRandom random) {
        return pick(
                random,
                List.of(
                        "up",
                        "a:b",
                        "{job=\"x\"}",
                        "m{a!=\"b\",c=~\"d.*\"}",
                        "{\"utf8 name\",x!~\"\\\"\"}",
                        "sum",
                        "offset{by='1'}"));
    }
}
