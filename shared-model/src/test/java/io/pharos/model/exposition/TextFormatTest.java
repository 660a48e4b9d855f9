package io.pharos.model.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.exposition.ExpositionParser.Options;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFormatTest {
    @Test
    void boundsAreSpelledAsOpenMetricsSpellsThem() {
        var body = new StringBuilder("# TYPE h histogram\n");
        for (String le : List.of("-0", "1_0", "0x10", "0x1p4", "1__0", "1e21", "abc")) {
            body.append("h_bucket{le=\"").append(le).append("\"} 1\n");
        }
        assertThat(Expositions.read(Format.TEXT, Options.PLAIN, body.toString().getBytes(StandardCharsets.UTF_8)))
                .extracting(line -> line.replaceAll(".*le=\"([^\"]*)\".*", "$1"))
                .containsExactly("TYPE h histogram", "0.0", "10.0", "0x10", "16.0", "1__0", "1e+21", "abc");
    }

    @Test
    void aBodyYieldsMetadataAndSeriesInOrder() {
        assertThat(read("""
                # HELP go_gc_duration_seconds A summary of \\"GC\\" \\\\ \\n runs.
                # TYPE go_gc_duration_seconds summary
                go_gc_duration_seconds{quantile="0"} 4.9351e-05
                go_gc_duration_seconds{quantile="0.25",} 7.424100000000001e-05
                go_gc_duration_seconds{ quantile = "1e3", host="a\\"b\\\\c\\nd\\x"} +Inf

                # a comment
                #another
                # HELP nohelp1
                # HELP nohelp2\s
                # TYPE t untyped
                t 1 1520879607789
                {"my.metric","l.x"="v"} -2.5\t12
                wind_speed{} NaN
                last 0x1""".replace("last 0x1", "last .5")))
                .containsExactly(
                        "HELP go_gc_duration_seconds A summary of \\\"GC\\\" \\ \n runs.",
                        "TYPE go_gc_duration_seconds summary",
                        "{__name__=\"go_gc_duration_seconds\", quantile=\"0.0\"} 4.9351E-5",
                        "{__name__=\"go_gc_duration_seconds\", quantile=\"0.25\"} 7.424100000000001E-5",
                        "{__name__=\"go_gc_duration_seconds\", host=\"a\\\"b\\\\c\\nd\\\\x\", quantile=\"1000.0\"} Infinity",
                        "COMMENT",
                        "COMMENT",
                        "HELP nohelp1 ",
                        "HELP nohelp2 ",
                        "TYPE t unknown",
                        "{__name__=\"t\"} 1.0 @1520879607789",
                        "{__name__=\"my.metric\", \"l.x\"=\"v\"} -2.5 @12",
                        "{__name__=\"wind_speed\"} NaN",
                        "{__name__=\"last\"} 0.5");
    }

    @Test
    void blanksBeforeANameBelongToIt() {
        assertThat(read("  a   1  \n\tb\t2\nc {x=\"y\"} 3\n"))
                .containsExactly("{__name__=\"  a\"} 1.0", "{__name__=\"\\tb\"} 2.0", "{__name__=\"c\", x=\"y\"} 3.0");
    }

    @Test
    void aNulWhereALineMayBeginEndsTheBody() {
        assertThat(read("a 1\n\0b 2\n")).containsExactly("{__name__=\"a\"} 1.0");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a|expected value after metric, got \"\\n\" (\"INVALID\") while parsing: \"a\\n\"",
                "a b|strconv.ParseFloat: parsing \"b\": invalid syntax while parsing: \"a b\"",
                "a 0x1F|strconv.ParseFloat: parsing \"0x1F\": invalid syntax while parsing: \"a 0x1F\"",
                "a 1_000|unsupported character in float while parsing: \"a 1_000\"",
                "a 1e400|strconv.ParseFloat: parsing \"1e400\": value out of range while parsing: \"a 1e400\"",
                "a-b 1|strconv.ParseFloat: parsing \"-b\": invalid syntax while parsing: \"a-b\"",
                "0bad 1|expected a valid start token, got \"0\" (\"INVALID\") while parsing: \"0\"",
                "a{x=\"1\" 1|expected label name, got \"1\" (\"INVALID\") while parsing: \"a{x=\\\"1\\\" 1\"",
                "a{x='1'} 1|expected label value, got \"'\" (\"INVALID\") while parsing: \"a{x='\"",
                "a{x=\"1} 1|expected label value, got \"\\\"1} 1\\n\" (\"INVALID\") while parsing: \"a{x=\\\"1} 1\\n\"",
                "a 1 # text|expected timestamp or new record, got \"#\" (\"INVALID\") while parsing: \"a 1 #\"",
                "a 1 -5|expected timestamp or new record, got \"-\" (\"INVALID\") while parsing: \"a 1 -\"",
                "a 1 2 3|expected next entry after timestamp, got \"3\\n\" (\"TIMESTAMP\") while parsing: \"a 1 2 3\\n\"",
                "{x=\"1\"} 1|metric name not set while parsing: \"{x=\\\"1\\\"} 1\"",
                "a{\"b\"} 1|metric name already set while parsing: \"a{\\\"b\\\"}\"",
                "# TYPE a frobnicator|invalid metric type \"frobnicator\"",
            })
    void mistakesAreSaidInPrometheusWords(String body, String message) {
        assertThat(failure(body)).isEqualTo(message);
    }

    @Test
    void invalidUtf8IsRefused() {
        byte[] body = "a{x=\"??\"} 1\n".getBytes(StandardCharsets.ISO_8859_1);
        body[5] = (byte) 0xff;
        body[6] = (byte) 0xfe;
        assertThat(Expositions.failure(Format.TEXT, ExpositionParser.Options.PLAIN, body))
                .isEqualTo("invalid UTF-8 label value: \"\\\"\\xff\\xfe\\\"\"");
    }

    @Test
    void anExpectedKeyIsRecognised() {
        byte[] key = "a{x=\"1\"}".getBytes(StandardCharsets.UTF_8);
        for (String line :
                new String[] {"a{x=\"1\"} 12.5", "a{x=\"1\"} 12.5 77", "a{x=\"1\"}   12.5", "a{x=\"1\"} 125e-1"}) {
            var parser = ExpositionParser.of(Format.TEXT, ExpositionParser.Options.PLAIN);
            byte[] body = (line + "\n ").getBytes(StandardCharsets.UTF_8);
            parser.reset(body, body.length - 1);
            assertThat(parser.next(key, 0, key.length)).isEqualTo(ExpositionParser.Entry.SERIES);
            assertThat(parser.asExpected()).isTrue();
            assertThat(parser.value()).isEqualTo(12.5);
            assertThat(parser.hasTime()).isEqualTo(line.endsWith("77"));
        }
    }

    @Test
    void aLongerNameIsNotTheExpectedOne() {
        byte[] key = "a".getBytes(StandardCharsets.UTF_8);
        for (String line : new String[] {"ab 1", "a{x=\"1\"} 1", "a {x=\"1\"} 1"}) {
            var parser = ExpositionParser.of(Format.TEXT, ExpositionParser.Options.PLAIN);
            byte[] body = (line + "\n ").getBytes(StandardCharsets.UTF_8);
            parser.reset(body, body.length - 1);
            parser.next(key, 0, key.length);
            assertThat(parser.asExpected()).isFalse();
        }
    }

    private static List<String> read(String body) {
        return Expositions.read(Format.TEXT, ExpositionParser.Options.PLAIN, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String failure(String body) {
        return Expositions.failure(Format.TEXT, ExpositionParser.Options.PLAIN, body.getBytes(StandardCharsets.UTF_8));
    }
}
