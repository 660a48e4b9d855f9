package io.pharos.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.text.GoText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {
    @Test
    void textsAreEscapedAsGoEscapesThem() {
        assertThat(written(o -> o.text("a<b>&\"\\\n\u0001\u2028é😀")))
                .isEqualTo("\"a\\u003cb\\u003e\\u0026\\\"\\\\\\n\\u0001\\u2028é😀\"");
        assertThat(written(o -> o.verbatim("a<b>"))).isEqualTo("\"a<b>\"");
        assertThat(written(o -> o.text("\uD800"))).isEqualTo("\"\uFFFD\"");
    }

    @Test
    void labelsKeepTheirTextAndOrder() {
        assertThat(written(o -> o.labels(Labels.of("b", "<\"é\">", "__name__", "up"))))
                .isEqualTo("{\"__name__\":\"up\",\"b\":\"<\\\"é\\\">\"}");
    }

    @Test
    void commasStandBetweenMembersAndElements() {
        assertThat(written(o -> o.beginObject()
                        .field("a", 1)
                        .name("b")
                        .beginArray()
                        .number(1)
                        .number(2.5)
                        .nothing()
                        .bool(true)
                        .endArray()
                        .name("c")
                        .texts(List.of("x", "y"))
                        .endObject()))
                .isEqualTo("{\"a\":1,\"b\":[1,2.5,null,true],\"c\":[\"x\",\"y\"]}");
    }

    @Test
    void timesAreSecondsWithThreeDecimalsWhereNeeded() {
        assertThat(written(o -> o.beginArray()
                        .timestamp(1_700_000_000_000L)
                        .timestamp(1_700_000_000_005L)
                        .timestamp(-1)
                        .timestamp(0)
                        .endArray()))
                .isEqualTo("[1700000000,1700000000.005,-0.001,0]");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void valuesAreTheShortestThatReadBackInGosLayout(long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            double v =
                    switch (random.nextInt(6)) {
                        case 0 -> Double.longBitsToDouble(random.nextLong());
                        case 1 -> random.nextInt(-1000, 1000) / 100.0;
                        case 2 -> random.nextLong(1L << 60);
                        case 3 -> random.nextDouble() * Math.pow(10, random.nextInt(-12, 30));
                        case 4 -> Math.pow(10, random.nextInt(-30, 30));
                        default -> random.nextInt();
                    };
            assertThat(written(o -> o.value(v))).as("seed %d: %s", seed, v).isEqualTo('"' + GoText.json(v) + '"');
        }
        for (double v : new double[] {0, -0.0, Double.NaN, 1 / 0.0, -1 / 0.0, 1e21, 1e20, 1e-6, 1e-7, 5e-324}) {
            assertThat(written(o -> o.value(v))).isEqualTo('"' + GoText.json(v) + '"');
        }
    }

    private static String written(Consumer<JsonWriter> body) {
        var out = new ByteArrayOutputStream();
        var json = new JsonWriter(out);
        body.accept(json);
        json.flush();
        return out.toString(StandardCharsets.UTF_8);
    }
}
