package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Flips bits in files at rest: samples may be missing, with an error, but never wrong.
class CorruptionTest {
    private static final long T = 1_700_000_000_000L;

    @TempDir
    Path root;

    private static void fill(TimeSeriesStore store, int from, int to) {
        var batch = new SampleBatch();
        for (int step = from; step < to; step++) {
            batch.reset(row -> Labels.of("__name__", "m", "i", "" + row));
            for (int i = 0; i < 40; i++) {
                batch.addFloat(0, T + step * 15_000L, value(i, step));
            }
            store.append(batch, OnReject.KEEP_REST);
        }
    }

    private static double value(int series, int step) {
        return Math.round(Math.sin(series + step) * 1000) / 8.0 + step;
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return to;
    }

    @Test
    void aFlippedBitNeverBecomesAWrongSample() throws IOException {
        Path original = root.resolve("original");
        try (var store = TimeSeriesStore.open(StoreOptions.in(original), InstantSource.system())) {
            fill(store, 0, 500);
            store.flush();
            fill(store, 500, 800);
        }
        try (var store = TimeSeriesStore.open(StoreOptions.in(original), InstantSource.system())) {
            fill(store, 800, 900);
            copy(original, root.resolve("live"));
        }
        Path live = root.resolve("live");
        List<Path> targets;
        try (var files = Files.walk(live)) {
            targets = files.filter(Files::isRegularFile)
                    .filter(f -> f.toString().matches(".*(/log/0.*|\\.sst|head\\.checkpoint|\\.manifest)"))
                    .filter(f -> f.toFile().length() > 0)
                    .toList();
        }
        assertThat(targets).hasSizeGreaterThanOrEqualTo(4);
        var random = new Random(2);
        int whole = 0;
        for (int round = 0; round < 40; round++) {
            Path damaged = copy(live, root.resolve("damaged" + round));
            Path file = damaged.resolve(live.relativize(targets.get(round % targets.size())));
            byte[] bytes = Files.readAllBytes(file);
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bytes);
            try (var store = TimeSeriesStore.open(StoreOptions.in(damaged), InstantSource.system());
                    SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
                var buffer = new SampleBuffer();
                int found = 0;
                for (int i = 0; i < set.size(); i++) {
                    int series = Integer.parseInt(set.labels(i).get("i"));
                    buffer.clear();
                    set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                    found += buffer.floats();
                    for (int k = 0; k < buffer.floats(); k++) {
                        int step = (int) ((buffer.times()[k] - T) / 15_000);
                        assertThat(buffer.values()[k])
                                .as("%s round %d", file.getFileName(), round)
                                .isEqualTo(value(series, step));
                    }
                }
                whole += found == 40 * 900 ? 1 : 0;
            } catch (IllegalStateException | io.pharos.storage.partition.PartitionException e) {
                assertThat(e).hasMessageContaining(damaged.toString());
            }
        }
        assertThat(whole).isLessThan(40);
    }
}
