package io.pharos.storage.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.StoreOptions;
import io.pharos.storage.TimeSeriesStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

class RemoteWriteReceiverTest {
    private static final long T = 1_700_000_000_000L;

    @TempDir
    Path folder;

    private TimeSeriesStore store;
    private RemoteWriteReceiver receiver;

    @BeforeEach
    void open() {
        store = TimeSeriesStore.open(StoreOptions.in(folder), InstantSource.system());
        receiver = new RemoteWriteReceiver(store, InstantSource.fixed(Instant.ofEpochMilli(T)), false, () -> 0);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static void field(ByteWriter out, int number, byte[] content) {
        out.uvarint(number << 3 | 2);
        out.uvarint(content.length);
        out.raw(content);
    }

    private static void series(ByteWriter request, long ms, double value, String... labels) {
        var series = new ByteWriter(64);
        for (int i = 0; i < labels.length; i += 2) {
            var label = new ByteWriter(64);
            field(label, 1, labels[i].getBytes(StandardCharsets.UTF_8));
            field(label, 2, labels[i + 1].getBytes(StandardCharsets.UTF_8));
            field(series, 1, label.toBytes());
        }
        var sample = new ByteWriter(64);
        sample.u8(9);
        sample.u64(Long.reverseBytes(Double.doubleToRawLongBits(value)));
        sample.u8(16);
        sample.uvarint(ms);
        field(series, 2, sample.toBytes());
        field(request, 1, series.toBytes());
    }

    private RemoteWriteReceiver.Outcome send(ByteWriter request) throws IOException {
        return receiver.receive(Snappy.compress(request.toBytes()), false);
    }

    private int stored() {
        int n = 0;
        try (SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
            for (int i = 0; i < set.size(); i++) {
                var buffer = new SampleBuffer();
                set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                n += buffer.floats();
            }
        }
        return n;
    }

    @Test
    void knownSeriesAreFoundByTheBytesOfTheirLabels() throws IOException {
        for (int step = 0; step < 5; step++) {
            var request = new ByteWriter(64);
            for (int i = 0; i < 100; i++) {
                series(request, T + step, i, "__name__", "m", "i", "" + i);
            }
            assertThat(send(request).status()).isEqualTo(204);
        }
        assertThat(store.head().seriesCount()).isEqualTo(100);
        assertThat(stored()).isEqualTo(500);
    }

    @Test
    void oneRejectedSampleRollsTheWholeRequestBack() throws IOException {
        var first = new ByteWriter(64);
        series(first, T, 1, "__name__", "m");
        send(first);
        var second = new ByteWriter(64);
        series(second, T + 1, 1, "__name__", "n");
        series(second, T - 1, 1, "__name__", "m");
        RemoteWriteReceiver.Outcome outcome = send(second);
        assertThat(outcome.status()).isEqualTo(400);
        assertThat(outcome.text()).isEqualTo("out of order sample");
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void seriesWithInvalidLabelsAreSkippedAndCounted() throws IOException {
        var request = new ByteWriter(64);
        series(request, T, 1, "job", "without a name");
        series(request, T, 1, "__name__", "m", "a", "1", "a", "2");
        series(request, T, 1, "__name__", "good");
        assertThat(send(request).status()).isEqualTo(204);
        assertThat(stored()).isEqualTo(1);
        assertThat(receiver.invalidLabelSamples()).isEqualTo(2);
    }

    @Test
    void aSampleTooFarAheadIsRefused() throws IOException {
        var request = new ByteWriter(64);
        series(request, T + 600_001, 1, "__name__", "m");
        assertThat(send(request).text()).isEqualTo("out of bounds: timestamp is too far in the future");
    }

    @Test
    void whatIsNoMessageIsRefused() throws IOException {
        assertThat(receiver.receive(new byte[] {1, 2, 3}, false).status()).isEqualTo(400);
        assertThat(receiver.receive(Snappy.compress(new byte[] {10, 100}), false)
                        .status())
                .isEqualTo(400);
    }
}
