package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.MetricType;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.partition.PartitionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Flips bits in files at rest, of every kind: samples may be missing, with an error, but never wrong.
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

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// Files of a store by kind: a pattern of their paths.
    private static final Map<String, String> KINDS = Map.of(
            "log", ".*/log/[0-9]+",
            "checkpoint", ".*/head\\.checkpoint",
            "manifest of the partitions, with what is deleted", ".*/partitions\\.manifest",
            "table of a partition", ".*/db/[0-9]+\\.sst",
            "manifest of a table", ".*/db/MANIFEST-[0-9]+",
            "current manifest of a table", ".*/db/CURRENT");

    private static void exemplar(TimeSeriesStore store, int step) {
        var batch = new SampleBatch();
        batch.reset(row -> Labels.of("__name__", "e"));
        int row = batch.addFloat(0, T + step * 15_000L, 1);
        batch.addExemplar(row, new Exemplar(Labels.of("trace", "t" + step), step, T + step * 15_000L));
        batch.addMetadata("e", new MetricMetadata(MetricType.COUNTER, "s", "help of e"));
        store.append(batch, OnReject.KEEP_REST);
    }

    @Test
    void aFlippedBitIsToldAndNeverBecomesAWrongSample() throws IOException {
        Path original = root.resolve("original");
        Path live = root.resolve("live");
        try (var store = TimeSeriesStore.open(StoreOptions.in(original), InstantSource.system())) {
            fill(store, 0, 500);
            exemplar(store, 490);
            store.flush();
            fill(store, 500, 800);
            exemplar(store, 790);
            store.delete(List.of(List.of(Matcher.equal("i", "39"))), TimeRange.ALL);
        }
        try (var store = TimeSeriesStore.open(StoreOptions.in(original), InstantSource.system())) {
            fill(store, 800, 900);
            exemplar(store, 890);
            FaultyDisk.copy(original, live);
        }
        List<Path> files;
        try (var walk = Files.walk(live)) {
            files = walk.filter(Files::isRegularFile)
                    .filter(f -> f.toFile().length() > 0)
                    .toList();
        }
        assertThat(files)
                .as("every file is of a kind that is damaged here")
                .allMatch(f -> f.getFileName().toString().equals("lock")
                        || KINDS.values().stream().anyMatch(f.toString()::matches));
        var random = new Random(2);
        int silent = 0;
        int told = 0;
        for (var kind : KINDS.entrySet()) {
            List<Path> of = files.stream()
                    .filter(f -> f.toString().matches(kind.getValue()))
                    .toList();
            assertThat(of).as(kind.getKey()).isNotEmpty();
            for (int round = 0; round < ROUNDS; round++) {
                Path damaged = root.resolve("damaged");
                FaultyDisk.copy(live, damaged);
                Path file = damaged.resolve(live.relativize(of.get(round % of.size())));
                byte[] bytes = Files.readAllBytes(file);
                int at = random.nextInt(bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
                String when = kind.getKey() + ", byte " + at + " of " + bytes.length;
                // the last record of the log cannot be told from one that a crash tore
                boolean lastRecord = kind.getKey().equals("log") && at >= bytes.length - 400;
                if (isTold(damaged, when)) {
                    told++;
                } else {
                    silent++;
                    assertThat(lastRecord || isWhole(damaged))
                            .as("%s: something is missing, and nobody was told", when)
                            .isTrue();
                }
                remove(damaged);
            }
        }
        assertThat(told).isGreaterThan(silent);
    }

    private static final int ROUNDS = Integer.getInteger("corruption.rounds", 12);

    /// Reads everything, compares it, and answers whether an error was counted or thrown.
    private static boolean isTold(Path folder, String when) {
        try (var store = TimeSeriesStore.open(StoreOptions.in(folder), InstantSource.system())) {
            try (SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
                var buffer = new SampleBuffer();
                for (int i = 0; i < set.size(); i++) {
                    if (set.labels(i).metricName().equals("e")) {
                        continue;
                    }
                    int series = Integer.parseInt(set.labels(i).get("i"));
                    buffer.clear();
                    set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                    for (int k = 0; k < buffer.floats(); k++) {
                        int step = (int) ((buffer.times()[k] - T) / 15_000);
                        assertThat(buffer.values()[k]).as(when).isEqualTo(value(series, step));
                        assertThat(series == 39 && step < 800)
                                .as("%s: what was deleted is back", when)
                                .isFalse();
                    }
                }
            }
            for (var series : store.exemplars(TimeRange.ALL, List.of(List.of()))) {
                for (Exemplar exemplar : series.exemplars()) {
                    assertThat(exemplar.labels().get("trace")).as(when).isEqualTo("t" + (int) exemplar.value());
                }
            }
            return store.figures().logCorruptions() > 0 || store.partitions().corrupt() > 0;
        } catch (IllegalStateException | PartitionException e) {
            assertThat(e).as(when).hasMessageContaining(folder.toString());
            return true;
        }
    }

    private static boolean isWhole(Path folder) {
        try (var store = TimeSeriesStore.open(StoreOptions.in(folder), InstantSource.system());
                SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
            int found = 0;
            var buffer = new SampleBuffer();
            for (int i = 0; i < set.size(); i++) {
                buffer.clear();
                set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                found += buffer.floats();
            }
            long exemplars = store.exemplars(TimeRange.ALL, List.of(List.of())).stream()
                    .mapToLong(s -> s.exemplars().size())
                    .sum();
            return found == 39 * 900 + 100 + 3 && exemplars == 3;
        }
    }
}
