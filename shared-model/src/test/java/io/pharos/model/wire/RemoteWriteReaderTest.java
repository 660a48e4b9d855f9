package io.pharos.model.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RemoteWriteReaderTest {
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        try {
            ByteString.Output bytes = ByteString.newOutput();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.write(out);
            out.flush();
            return bytes.toByteString().toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] label(String name, String value) {
        return message(out -> {
            out.writeString(1, name);
            out.writeString(2, value);
        });
    }

    private static byte[] sample(double value, long ms) {
        return message(out -> {
            out.writeDouble(1, value);
            out.writeInt64(2, ms);
        });
    }

    @Test
    void aSeriesOfVersion1IsReadWithItsSamplesExemplarsAndHistograms() {
        byte[] histogram = message(out -> {
            out.writeUInt64(1, 7);
            out.writeDouble(3, 2.5);
            out.writeSInt32(4, 3);
            out.writeDouble(5, 0.001);
            out.writeUInt64(6, 1);
            out.writeByteArray(11, message(span -> {
                span.writeSInt32(1, -2);
                span.writeUInt32(2, 2);
            }));
            out.writeByteArray(12, message(deltas -> {
                deltas.writeSInt64NoTag(4);
                deltas.writeSInt64NoTag(-2);
            }));
            out.writeInt32(14, 3);
            out.writeInt64(15, 99);
        });
        byte[] series = message(out -> {
            out.writeByteArray(1, label("__name__", "m"));
            out.writeByteArray(1, label("job", "a"));
            out.writeByteArray(2, sample(1.5, 10));
            out.writeByteArray(2, sample(-2, -11));
            out.writeByteArray(3, message(e -> {
                e.writeByteArray(1, label("trace_id", "x"));
                e.writeDouble(2, 8);
                e.writeInt64(3, 9);
            }));
            out.writeByteArray(4, histogram);
        });
        byte[] request = message(out -> out.writeByteArray(1, series));
        var reader = new RemoteWriteReader();
        reader.begin1(request, 0, request.length);
        assertThat(reader.nextSeries()).isTrue();
        assertThat((Object) reader.labels()).isEqualTo(Labels.of("__name__", "m", "job", "a"));
        assertThat(reader.samples).isEqualTo(2);
        assertThat(reader.values[1]).isEqualTo(-2);
        assertThat(reader.times[1]).isEqualTo(-11);
        assertThat(reader.exemplars()).containsExactly(new Exemplar(Labels.of("trace_id", "x"), 8, 9));
        assertThat(reader.histogramMs(0)).isEqualTo(99);
        assertThat(reader.histogram(0))
                .isEqualTo(new Histogram(
                        CounterResetHint.GAUGE,
                        3,
                        0.001,
                        1,
                        7,
                        2.5,
                        new BucketSpan[] {new BucketSpan(-2, 2)},
                        new long[] {4, -2},
                        new BucketSpan[0],
                        new long[0],
                        new double[0]));
        assertThat(reader.nextSeries()).isFalse();
    }

    @Test
    void labelsApartFromEachOtherAreGathered() {
        byte[] series = message(out -> {
            out.writeByteArray(1, label("__name__", "m"));
            out.writeByteArray(2, sample(1, 1));
            out.writeByteArray(1, label("b", "2"));
            out.writeByteArray(2, sample(1, 2));
            out.writeByteArray(1, label("a", "1"));
        });
        byte[] request = message(out -> out.writeByteArray(1, series));
        var reader = new RemoteWriteReader();
        reader.begin1(request, 0, request.length);
        reader.nextSeries();
        assertThat((Object) reader.labels()).isEqualTo(Labels.of("__name__", "m", "a", "1", "b", "2"));
    }

    @Test
    void aSeriesOfVersion2IsReadThroughItsSymbols() {
        byte[] request = message(out -> {
            for (String symbol : new String[] {"", "__name__", "m", "job", "a", "help me"}) {
                out.writeString(4, symbol);
            }
            out.writeByteArray(5, message(series -> {
                series.writeByteArray(1, new byte[] {1, 2, 3, 4});
                series.writeByteArray(2, message(s -> {
                    s.writeDouble(1, 3);
                    s.writeInt64(2, 50);
                    s.writeInt64(3, 40);
                }));
                series.writeByteArray(5, message(m -> {
                    m.writeInt32(1, 2);
                    m.writeUInt32(3, 5);
                }));
            }));
        });
        var reader = new RemoteWriteReader();
        reader.begin2(request, 0, request.length);
        assertThat(reader.nextSeries()).isTrue();
        assertThat((Object) reader.labels()).isEqualTo(Labels.of("__name__", "m", "job", "a"));
        assertThat(reader.starts[0]).isEqualTo(40);
        assertThat(reader.metadata()).hasToString("MetricMetadata[type=GAUGE, unit=, help=help me]");
        assertThat(reader.nextSeries()).isFalse();
    }

    @Test
    void scanningFindsWhatReadingSeriesBySeriesFinds() {
        var random = new Random(4);
        for (int round = 0; round < 300; round++) {
            byte[] request = message(out -> {
                for (int n = random.nextInt(6); n > 0; n--) {
                    out.writeByteArray(1, message(series -> {
                        int labels = random.nextInt(4);
                        int samples = random.nextInt(3);
                        while (labels + samples > 0) {
                            // mostly as agents write it, now and then in another order
                            if (labels > 0 && (samples == 0 || random.nextInt(8) > 0)) {
                                labels--;
                                series.writeByteArray(1, label("name", "v".repeat(random.nextInt(300))));
                            } else {
                                samples--;
                                long ms = random.nextInt(5) == 0 ? random.nextLong() : random.nextInt(100_000);
                                series.writeByteArray(2, sample(random.nextDouble(), ms));
                            }
                        }
                        if (random.nextInt(10) == 0) {
                            series.writeInt64(random.nextInt(5, 9), 7);
                        }
                    }));
                }
            });
            var one = new RemoteWriteReader();
            var all = new RemoteWriteReader();
            one.begin1(request, 0, request.length);
            all.begin1(request, 0, request.length);
            int n = all.scan(round);
            for (int i = 0; i < n; i++) {
                assertThat(one.nextSeries()).isTrue();
                one.hashLabels(round);
                all.series(i);
                assertThat(all.hashes()[2 * i]).isEqualTo(one.hashHigh);
                assertThat(all.hashes()[2 * i + 1]).isEqualTo(one.hashLow);
                assertThat(all.samples).isEqualTo(one.samples);
                assertThat(Arrays.copyOf(all.times, all.samples)).isEqualTo(Arrays.copyOf(one.times, one.samples));
                assertThat(Arrays.copyOf(all.values, all.samples)).isEqualTo(Arrays.copyOf(one.values, one.samples));
                var labels = new WireLabels();
                var same = new WireLabels();
                all.readLabels(labels);
                one.readLabels(same);
                assertThat(labels).hasToString(same.toString());
            }
            assertThat(one.nextSeries()).isFalse();
        }
    }

    @Test
    void brokenBytesAreRefusedAndNeverReadBeyond() {
        var random = new Random(11);
        byte[] request = message(out -> {
            for (int i = 0; i < 5; i++) {
                out.writeByteArray(1, message(series -> {
                    series.writeByteArray(1, label("__name__", "metric"));
                    series.writeByteArray(2, sample(1, 1_700_000_000_000L));
                }));
            }
        });
        for (int round = 0; round < 20_000; round++) {
            byte[] broken = Arrays.copyOf(request, random.nextInt(request.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && broken.length > 0; flips--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            var reader = new RemoteWriteReader();
            try {
                if (random.nextBoolean()) {
                    reader.begin1(broken, 0, broken.length);
                } else {
                    reader.begin2(broken, 0, broken.length);
                }
                while (reader.nextSeries()) {
                    reader.hashLabels(5);
                    reader.readLabels(new WireLabels());
                    reader.exemplars();
                    reader.metadata();
                }
            } catch (WireFormatException e) {
                assertThat(e).hasMessageNotContaining("bug");
            }
        }
        assertThatThrownBy(() -> {
                    var reader = new RemoteWriteReader();
                    reader.begin1(new byte[] {10, 5, 1}, 0, 3);
                    reader.nextSeries();
                })
                .isInstanceOf(WireFormatException.class);
    }

    @Test
    void labelsWrittenPlainlyAreReadInOneGoAndOthersAreLeftToTheLongWay() {
        var random = new Random(11);
        String[] names = {"__name__", "a", "ab", "job", "pod", "zone", "é", "A"};
        var reader = new RemoteWriteReader();
        var wire = new WireLabels();
        int plain = 0;
        for (int round = 0; round < 5000; round++) {
            boolean sorted = random.nextInt(4) > 0;
            int from = random.nextInt(2);
            byte[] series = message(out -> {
                for (int n = 0; n < 6; n++) {
                    String name = sorted ? names[Math.min(n, 5)] : names[random.nextInt(names.length)];
                    String value = random.nextInt(30) == 0
                            ? "ä"
                            : "v".repeat(random.nextInt(60) == 0 ? 300 : random.nextInt(40) == 0 ? 0 : 1 + n * 20);
                    if (n >= from) {
                        out.writeByteArray(1, label(name, value));
                    }
                }
                out.writeByteArray(2, sample(1, 2));
            });
            byte[] bytes = message(out -> out.writeByteArray(1, series));
            reader.begin1(bytes, 0, bytes.length);
            assertThat(reader.scan(5)).isEqualTo(1);
            reader.series(0);
            Labels found = reader.plainLabels();
            reader.readLabels(wire);
            boolean valid = wire.isValid() && wire.duplicate() == null;
            if (found != null) {
                assertThat(valid).isTrue();
                assertThat((Object) found).isEqualTo(wire.labels());
                plain++;
            }
        }
        assertThat(plain).isBetween(800, 3000);
    }
}
