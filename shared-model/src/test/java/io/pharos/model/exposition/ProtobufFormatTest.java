package io.pharos.model.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.exposition.ExpositionParser.Options;
import org.junit.jupiter.api.Test;

class ProtobufFormatTest {
    private static final Options NATIVE = new Options(true, false, false, false);

    private static Proto family(String name, int type, Proto metric) {
        return new Proto()
                .delimited(new Proto()
                        .text(1, name)
                        .text(2, "help")
                        .number(3, type)
                        .message(4, metric));
    }

    private static Proto nativeHistogram() {
        return new Proto()
                .number(1, 9)
                .real(2, 12.5)
                .signed(5, 0)
                .real(6, 0.001)
                .number(7, 1)
                .message(12, new Proto().signed(1, -1).number(2, 3))
                .message(13, new Proto())
                .signed(13, 1)
                .signed(13, -1)
                .signed(13, 2);
    }

    @Test
    void aCounterHasExemplarTimeAndStart() {
        Proto counter = new Proto()
                .real(1, 3)
                .message(
                        2,
                        new Proto()
                                .message(1, new Proto().text(1, "id").text(2, "x"))
                                .real(2, 1.5)
                                .message(3, new Proto().number(1, 7).number(2, 500_000_000)))
                .message(3, new Proto().number(1, 5));
        Proto metric = new Proto()
                .message(1, new Proto().text(1, "l").text(2, "v"))
                .message(3, counter)
                .number(6, 1234);
        assertThat(read(family("c_total", 0, metric), Options.PLAIN))
                .containsExactly(
                        "HELP c_total help",
                        "TYPE c_total counter",
                        "{__name__=\"c_total\", l=\"v\"} 3.0 @1234 since 5000 # {id=\"x\"} 1.5 @7500");
    }

    @Test
    void aClassicHistogramAndASummaryAreSpreadOut() {
        Proto histogram = new Proto()
                .number(1, 6)
                .real(2, 9.5)
                .message(3, new Proto().number(1, 1).real(2, 0.5))
                .message(3, new Proto().number(1, 4).real(2, 1));
        assertThat(read(family("h", 4, new Proto().message(7, histogram)), NATIVE))
                .containsExactly(
                        "HELP h help",
                        "TYPE h histogram",
                        "{__name__=\"h_count\"} 6.0",
                        "{__name__=\"h_sum\"} 9.5",
                        "{__name__=\"h_bucket\", le=\"0.5\"} 1.0",
                        "{__name__=\"h_bucket\", le=\"1.0\"} 4.0",
                        "{__name__=\"h_bucket\", le=\"+Inf\"} 6.0");
        Proto summary = new Proto()
                .number(1, 4)
                .real(2, 3)
                .message(3, new Proto().real(1, 0.5).real(2, 1));
        assertThat(read(family("s", 2, new Proto().message(4, summary)), NATIVE))
                .containsExactly(
                        "HELP s help",
                        "TYPE s summary",
                        "{__name__=\"s_count\"} 4.0",
                        "{__name__=\"s_sum\"} 3.0",
                        "{__name__=\"s\", quantile=\"0.5\"} 1.0");
    }

    @Test
    void aNativeHistogramIsReadWithoutItsEmptyBuckets() {
        assertThat(read(family("h", 4, new Proto().message(7, nativeHistogram())), NATIVE))
                .containsExactly(
                        "HELP h help",
                        "TYPE h histogram",
                        "{__name__=\"h\"} int UNKNOWN schema 0 zero 0.001:1 count 9 sum 12.5"
                                + " [BucketSpan[offset=-1, length=1], BucketSpan[offset=1, length=1]][1, 1][][][]");
        assertThat(read(family("h", 5, new Proto().message(7, nativeHistogram())), NATIVE)
                        .get(2))
                .contains("int GAUGE");
        assertThat(read(family("h", 4, new Proto().message(7, nativeHistogram())), Options.PLAIN))
                .hasSize(5);
        assertThat(read(
                        family("h", 4, new Proto().message(7, nativeHistogram())),
                        new Options(true, true, false, false)))
                .hasSize(6);
    }

    @Test
    void mistakesAreSaidInPrometheusWords() {
        assertThat(failure(new Proto().raw(0xff).raw(0xff)))
                .isEqualTo("clientpb: insufficient length of buffer, expected at least 257 bytes, got 4 bytes");
        assertThat(failure(family("", 1, new Proto()))).isEqualTo("invalid metric name: ");
        assertThat(failure(family("a", 9, new Proto()))).isEqualTo("unknown metric type for metric \"a\": 9");
        Proto broken = nativeHistogram().signed(13, 5);
        assertThat(Expositions.failure(
                        Format.PROTOBUF,
                        NATIVE,
                        family("h", 4, new Proto().message(7, broken)).bytes()))
                .startsWith("histogram \"h\": ")
                .contains("span/bucket mismatch");
    }

    private static java.util.List<String> read(Proto body, Options options) {
        return Expositions.read(Format.PROTOBUF, options, body.bytes());
    }

    private static String failure(Proto body) {
        return Expositions.failure(Format.PROTOBUF, Options.PLAIN, body.bytes());
    }
}
