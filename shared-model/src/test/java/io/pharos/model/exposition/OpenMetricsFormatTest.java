package io.pharos.model.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.exposition.ExpositionParser.Options;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenMetricsFormatTest {
    @Test
    void aBodyYieldsMetadataSeriesAndExemplars() {
        assertThat(read("""
                # TYPE a_seconds counter
                # UNIT a_seconds seconds
                # HELP a_seconds Some\\nhelp.
                a_seconds_total{x="1"} 5 1234.5 # {id="q",n="r"} 0.5 99.25
                a_seconds_total 6 # {} 1
                # TYPE "a.b" gauge
                {"a.b","c.d"="e"} +Inf -1
                # EOF
                """, Options.PLAIN))
                .containsExactly(
                        "TYPE a_seconds counter",
                        "UNIT a_seconds seconds",
                        "HELP a_seconds Some\nhelp.",
                        "{__name__=\"a_seconds_total\", x=\"1\"} 5.0 @1234500 # {id=\"q\", n=\"r\"} 0.5 @99250",
                        "{__name__=\"a_seconds_total\"} 6.0 # {} 1.0 @-1",
                        "TYPE a.b gauge",
                        "{__name__=\"a.b\", \"c.d\"=\"e\"} Infinity @-1000");
    }

    @Test
    void quotesInHelpAreUnescaped() {
        assertThat(read("# HELP a one \\\"two\\\"\n# EOF\n", Options.PLAIN)).containsExactly("HELP a one \"two\"");
    }

    @Test
    void familiesAndExemplarsKeepTheirBackslashes() {
        assertThat(read("# HELP \"a\\\"b\" x\na 1 # {x=\"\\n\"} 1\n# EOF\n", Options.PLAIN))
                .containsExactly("HELP a\\\"b x", "{__name__=\"a\"} 1.0 # {x=\"\\\\n\"} 1.0 @-1");
    }

    @Test
    void theLastOfARepeatedExemplarLabelCounts() {
        assertThat(read("a 1 # {x=\"1\",x=\"2\"} 1\n# EOF\n", Options.PLAIN))
                .containsExactly("{__name__=\"a\"} 1.0 # {x=\"2\"} 1.0 @-1");
    }

    @Test
    void theLastNewlineMayBeMissing() {
        assertThat(read("a 1\n# EOF", Options.PLAIN)).containsExactly("{__name__=\"a\"} 1.0");
    }

    @Test
    void createdSeriesBecomeStartTimestamps() {
        assertThat(read("""
                # TYPE a counter
                a_total{x="1"} 5
                a_total{x="2"} 6
                a_created{x="1"} 1000.5
                # TYPE h histogram
                h_bucket{le="1.0"} 1
                h_bucket{le="+Inf"} 1
                h_created 7
                # EOF
                """, new Options(false, false, false, true)))
                .containsExactly(
                        "TYPE a counter",
                        "{__name__=\"a_total\", x=\"1\"} 5.0 since 1000500",
                        "{__name__=\"a_total\", x=\"2\"} 6.0",
                        "TYPE h histogram",
                        "{__name__=\"h_bucket\", le=\"1.0\"} 1.0 since 7000",
                        "{__name__=\"h_bucket\", le=\"+Inf\"} 1.0 since 7000");
    }

    @Test
    void classicHistogramsBecomeCustomBuckets() {
        String body = """
                # TYPE h histogram
                h_bucket{le="0.5",x="1"} 1
                h_bucket{le="1.0",x="1"} 3
                h_bucket{le="+Inf",x="1"} 3
                h_sum{x="1"} 2.5
                h_count{x="1"} 3
                h_bucket{le="+Inf",x="2"} 2
                h_count{x="2"} 2
                # TYPE g gauge
                g 1
                # EOF
                """;
        assertThat(read(body, new Options(false, false, true, false)))
                .containsExactly(
                        "TYPE h histogram",
                        "{__name__=\"h\", x=\"1\"} int UNKNOWN schema -53 zero 0.0:0 count 3 sum 2.5"
                                + " [BucketSpan[offset=0, length=2]][1, 1][][][0.5, 1.0]",
                        "{__name__=\"h\", x=\"2\"} int UNKNOWN schema -53 zero 0.0:0 count 2 sum 0.0"
                                + " [BucketSpan[offset=0, length=1]][2][][][]",
                        "TYPE g gauge",
                        "{__name__=\"g\"} 1.0");
        assertThat(read(body, new Options(false, true, true, false))).hasSize(12);
    }

    @Test
    void histogramsThatContradictThemselvesAreLeftOut() {
        assertThat(read(
                        "# TYPE h histogram\nh_bucket{le=\"1.0\"} 3\nh_bucket{le=\"+Inf\"} 2\nh_count 2\n# EOF\n",
                        new Options(false, false, true, false)))
                .containsExactly("TYPE h histogram");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a 1\\n|data does not end with # EOF",
                "a 1\\n# EOF\\nb 2\\n|unexpected data after # EOF",
                "a  1\\n# EOF\\n|expected value after metric, got \"  \" (\"INVALID\") while parsing: \"a  \"",
                "a 1 NaN\\n# EOF\\n|invalid timestamp NaN",
                "a 1 # {x=\"1\"} 1 Inf\\n# EOF\\n|invalid exemplar timestamp +Inf",
                "# UNIT a seconds\\n# EOF\\n|unit \"seconds\" not a suffix of metric \"a\"",
                "# TYPE a untyped\\n# EOF\\n|invalid metric type \"untyped\"",
                "# comment\\n# EOF\\n|expected a valid start token, got \"# c\" (\"INVALID\") while parsing: \"# c\"",
                "\\na 1\\n# EOF\\n|expected a valid start token, got \"\\n\" (\"INVALID\") while parsing: \"\\n\"",
                "a{x=\"1\" } 1\\n# EOF\\n|expected comma or brace close, got \" \" (\"INVALID\") while parsing: \"a{x=\\\"1\\\" \"",
            })
    void mistakesAreSaidInPrometheusWords(String body, String message) {
        byte[] bytes = body.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
        assertThat(Expositions.failure(Format.OPENMETRICS, Options.PLAIN, bytes))
                .isEqualTo(message);
    }

    private static List<String> read(String body, Options options) {
        return Expositions.read(Format.OPENMETRICS, options, body.getBytes(StandardCharsets.UTF_8));
    }
}
