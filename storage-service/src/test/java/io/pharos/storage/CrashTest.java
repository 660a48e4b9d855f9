package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.head.HeadLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process that appends, seals, checkpoints, deletes and makes snapshots, at any moment from its start on,
/// again and again, and compares what is left with what it had acknowledged. `-Dcrash.cycles=1000` for a long run.
class CrashTest {
    private static final long T = 1_700_000_000_000L;
    private static final int SERIES = 80;
    private static final int CYCLES = Integer.getInteger("crash.cycles", 100);
    private static final long SEED = Long.getLong("crash.seed", 7);
    /// After so many cycles the folder is begun anew, so that it stays quick to compare.
    private static final int CYCLES_OF_A_FOLDER = 20;

    @TempDir
    Path root;

    private static StoreOptions options(Path folder) {
        return new StoreOptions(
                folder,
                HeadLimits.DEFAULT,
                StoreOptions.Retention.FOREVER,
                StoreOptions.Reserve.NONE,
                new StoreOptions.Thresholds(1 << 16, 1 << 16, 900_000),
                StoreOptions.Files.DEFAULT);
    }

    private static double value(int step, int series) {
        return step % 97 == 0 ? series / 3.0 : step * 31 + series;
    }

    /// What a writer acknowledged: a file of 16 bytes, forced after each acknowledgement. Steps before `appended` are
    /// stored; those before `deleted` are gone of every tenth series; those before `deleting` may be.
    private record Oracle(int appended, int deleted, int deleting) {
        static Oracle read(Path file) throws IOException {
            if (!Files.exists(file) || Files.size(file) < 12) {
                return new Oracle(0, 0, 0);
            }
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            return new Oracle(bytes.getInt(), bytes.getInt(), bytes.getInt());
        }
    }

    /// The process that is killed.
    static final class Writer {
        private static FileChannel oracle;
        private static final ByteBuffer FOUR = ByteBuffer.allocateDirect(4);

        private static synchronized void note(int field, int value) throws IOException {
            FOUR.clear().putInt(value).flip();
            oracle.write(FOUR, field * 4L);
            oracle.force(false);
        }

        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            Path file = Path.of(arguments[1]);
            long seed = Long.parseLong(arguments[2]);
            Oracle known = Oracle.read(file);
            oracle = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            note(0, known.appended());
            note(1, known.deleted());
            note(2, known.deleting());
            TimeSeriesStore store = TimeSeriesStore.open(options(folder), InstantSource.system());
            var appended = new AtomicInteger(known.appended());
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    administer(store, folder, seed, appended, known);
                } catch (IOException e) {
                    e.printStackTrace();
                    Runtime.getRuntime().halt(3);
                } catch (RuntimeException e) {
                    e.printStackTrace();
                    Runtime.getRuntime().halt(4);
                }
            });
            var batch = new SampleBatch();
            while (true) {
                int step = appended.get();
                batch.reset(row -> Labels.of("__name__", "m", "i", "" + row));
                for (int i = 0; i < SERIES; i++) {
                    batch.addFloat(0, T + step * 1000L, value(step, i));
                }
                var result = store.append(batch, OnReject.KEEP_REST);
                if (result.stored() != SERIES) {
                    System.out.println(result);
                    Runtime.getRuntime().halt(5);
                }
                note(0, step + 1);
                appended.set(step + 1);
            }
        }

        private static void administer(
                TimeSeriesStore store, Path folder, long seed, AtomicInteger appended, Oracle known)
                throws IOException {
            var random = new Random(seed);
            int deleted = known.deleting();
            int snapshots = 0;
            while (true) {
                switch (random.nextInt(6)) {
                    case 0 -> store.flush();
                    case 1, 2 -> store.checkpoint();
                    case 3 -> {
                        int to = Math.min(deleted + 1 + random.nextInt(3), appended.get());
                        note(2, to);
                        if (to > 0) {
                            store.delete(
                                    List.of(List.of(Matcher.regex("i", ".*0"))),
                                    new TimeRange(Long.MIN_VALUE, T + (to - 1) * 1000L));
                        }
                        deleted = to;
                        note(1, to);
                    }
                    case 4 -> store.cleanTombstones();
                    default ->
                        store.snapshot(
                                folder.resolve("snapshots").resolve(Long.toHexString(seed) + "-" + snapshots++),
                                random.nextBoolean());
                }
            }
        }
    }

    private Process start(Path folder, Path oracle, long seed) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.toString(),
                        oracle.toString(),
                        Long.toString(seed))
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("writer.log").toFile())
                .start();
    }

    @Test
    void whatWasAcknowledgedSurvivesKillNineAtAnyMoment() throws IOException, InterruptedException {
        var random = new Random(SEED);
        long samples = 0;
        int atStart = 0;
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            int age = cycle % CYCLES_OF_A_FOLDER;
            Path folder = root.resolve("data");
            Path oracle = root.resolve("oracle");
            if (age == 0) {
                remove(folder);
                Files.deleteIfExists(oracle);
            }
            int before = Oracle.read(oracle).appended();
            Process process = start(folder, oracle, random.nextLong());
            // within the start, or a while after the first acknowledgement
            if (random.nextInt(4) == 0) {
                run(process, random.nextInt(400), cycle);
            } else {
                long deadline = System.nanoTime() + 60_000_000_000L;
                while (Oracle.read(oracle).appended() == before) {
                    run(process, 5, cycle);
                    assertThat(System.nanoTime() - deadline)
                            .as("cycle %d: nothing acknowledged within a minute", cycle)
                            .isNegative();
                }
                run(process, random.nextInt(400), cycle);
            }
            process.toHandle().destroyForcibly();
            process.waitFor();
            Oracle known = Oracle.read(oracle);
            samples += (long) (known.appended() - before) * SERIES;
            atStart += known.appended() == before ? 1 : 0;
            verify("seed " + SEED + " cycle " + cycle, folder, oracle, known, random);
        }
        System.out.println(CYCLES + " cycles, " + atStart + " of them killed before the first acknowledgement; "
                + samples + " samples acknowledged, none lost, none invented");
    }

    private void run(Process process, long ms, int cycle) throws IOException, InterruptedException {
        if (process.waitFor(ms, TimeUnit.MILLISECONDS)) {
            throw new AssertionError(
                    "cycle " + cycle + ": the writer ended by itself: " + Files.readString(root.resolve("writer.log")));
        }
    }

    private static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void verify(String when, Path folder, Path oracle, Oracle known, Random random) throws IOException {
        try (var store = TimeSeriesStore.open(options(folder), InstantSource.system())) {
            assertThat(store.figures().logCorruptions()).as(when).isZero();
            assertThat(store.partitions().corrupt()).as(when).isZero();
            Found found = read(when, store, known);
            assertThat(found.end()).as(when).isBetween(known.appended(), known.appended() + 1);
            if (random.nextInt(3) == 0) {
                store.flush();
                assertThat(read(when + ", sealed", store, known)).as(when).isEqualTo(found);
            }
            // the next process goes on from what is there
            try (var channel = FileChannel.open(oracle, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.allocate(12);
                bytes.putInt(found.end())
                        .putInt(found.deleted())
                        .putInt(found.deleted())
                        .flip();
                channel.write(bytes, 0);
            }
        }
        snapshots(when, folder, random);
        remove(folder.resolve("snapshots"));
    }

    /// What is there: steps up to `end`, without those before `deleted` of every tenth series.
    private record Found(int end, int deleted) {}

    private static Found read(String when, TimeSeriesStore store, Oracle known) {
        int end = -1;
        int deleted = -1;
        try (SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
            var buffer = new SampleBuffer();
            for (int i = 0; i < set.size(); i++) {
                int number = Integer.parseInt(set.labels(i).get("i"));
                buffer.clear();
                set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                int n = buffer.floats();
                assertThat(n).as(when).isPositive();
                int first = (int) ((buffer.times()[0] - T) / 1000);
                if (number % 10 == 0) {
                    assertThat(deleted < 0 || deleted == first).as(when).isTrue();
                    deleted = first;
                } else {
                    assertThat(first).as(when).isZero();
                }
                assertThat(end < 0 || end == first + n).as(when).isTrue();
                end = first + n;
                for (int k = 0; k < n; k++) {
                    assertThat(buffer.times()[k] == T + (first + k) * 1000L
                                    && buffer.values()[k] == value(first + k, number))
                            .as(
                                    "%s: series %d, step %d: %d, %s",
                                    when, number, first + k, buffer.times()[k], buffer.values()[k])
                            .isTrue();
                }
            }
            assertThat(set.size())
                    .as(when)
                    .isIn(
                            known.appended() == 0
                                    ? new Object[] {0, SERIES}
                                    : new Object[] {SERIES, SERIES - SERIES / 10});
        }
        if (end < 0) {
            return new Found(0, 0);
        }
        if (deleted < 0) {
            deleted = end; // everything of those series is gone
        }
        assertThat(deleted == known.deleted() || deleted == known.deleting())
                .as("%s: %d steps deleted, %s", when, deleted, known)
                .isTrue();
        return new Found(end, deleted);
    }

    /// A snapshot is whole, or nothing that passes for one.
    private static void snapshots(String when, Path folder, Random random) throws IOException {
        Path all = folder.resolve("snapshots");
        if (!Files.exists(all) || random.nextInt(3) > 0) {
            return;
        }
        try (var files = Files.list(all)) {
            for (Path snapshot : files.limit(2).toList()) {
                if (!Files.exists(snapshot.resolve("partitions.manifest"))) {
                    continue;
                }
                try (var store = TimeSeriesStore.open(options(snapshot), InstantSource.system());
                        SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
                    assertThat(store.partitions().corrupt())
                            .as("%s: %s", when, snapshot)
                            .isZero();
                    var buffer = new SampleBuffer();
                    for (int i = 0; i < set.size(); i++) {
                        int number = Integer.parseInt(set.labels(i).get("i"));
                        buffer.clear();
                        set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                        for (int k = 0; k < buffer.floats(); k++) {
                            int step = (int) ((buffer.times()[k] - T) / 1000);
                            assertThat(buffer.values()[k])
                                    .as("%s: %s", when, snapshot)
                                    .isEqualTo(value(step, number));
                        }
                    }
                }
            }
        }
    }
}
