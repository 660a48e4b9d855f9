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
import io.pharos.storage.disk.Disk;
import io.pharos.storage.head.HeadLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Takes the power away before any operation on files, with what was not forced gone or torn, and compares what a store
/// finds afterwards with what was acknowledged.
class PowerLossTest {
    private static final long T = 1_700_000_000_000L;
    private static final int SERIES = 60;
    private static final int SEEDS = Integer.getInteger("powerloss.seeds", 2);

    @TempDir
    Path root;

    /// A folder as the power loss left it, and what was known at that moment.
    private record Image(Path folder, int acknowledged, int forced, int deleted, boolean deleting) {}

    private final List<Image> images = new ArrayList<>();
    private final FaultyDisk disk = new FaultyDisk();
    private volatile int acknowledged;
    private volatile int forced;
    private volatile int deleted;
    private volatile boolean deleting;

    private StoreOptions options(Path folder, Disk disk, long fsyncMs) {
        return new StoreOptions(
                folder,
                HeadLimits.DEFAULT,
                StoreOptions.Retention.FOREVER,
                StoreOptions.Reserve.NONE,
                StoreOptions.Thresholds.DEFAULT,
                new StoreOptions.Files(disk, fsyncMs, true));
    }

    private void append(TimeSeriesStore store) {
        var batch = new SampleBatch();
        int step = acknowledged;
        batch.reset(row -> Labels.of("__name__", "m", "i", "" + row));
        for (int i = 0; i < SERIES; i++) {
            batch.addFloat(0, T + step * 1000L, value(step, i));
        }
        assertThat(store.append(batch, OnReject.KEEP_REST).stored()).isEqualTo(SERIES);
        acknowledged = step + 1;
    }

    private static double value(int step, int series) {
        return step * 31.25 + series;
    }

    private void run(long seed, long fsyncMs) throws IOException {
        var random = new Random(seed);
        Path folder = root.resolve("seed" + seed + "-" + fsyncMs);
        acknowledged = 0;
        forced = 0;
        deleted = 0;
        deleting = false;
        disk.heal();
        var next = new int[] {1 + random.nextInt(20)};
        var lossRandom = new Random(seed + 1);
        disk.beforeEach(() -> {
            if (--next[0] <= 0) {
                next[0] = 1 + lossRandom.nextInt(fsyncMs == 0 ? 120 : 45);
                Path copy = root.resolve("image" + images.size());
                disk.afterPowerLoss(folder, copy, lossRandom);
                images.add(new Image(copy, acknowledged, fsyncMs == 0 ? acknowledged : forced, deleted, deleting));
            }
        });
        try (var store = TimeSeriesStore.open(options(folder, disk, fsyncMs), InstantSource.system())) {
            for (int round = 0; round < 20; round++) {
                int batches = random.nextInt(30);
                for (int i = 0; i < batches; i++) {
                    append(store);
                }
                switch (random.nextInt(6)) {
                    case 0, 1 -> {
                        store.flush();
                        forced = acknowledged;
                    }
                    case 2 -> {
                        deleting = true;
                        int to = deleted + random.nextInt(5);
                        if (to > deleted && to < acknowledged) {
                            store.delete(
                                    List.of(List.of(Matcher.regex("i", ".*0"))),
                                    new TimeRange(T + deleted * 1000L, T + (to - 1) * 1000L));
                            deleted = to;
                        }
                        deleting = false;
                    }
                    case 3 -> {
                        store.cleanTombstones();
                    }
                    case 4 -> {
                        store.checkpoint();
                        forced = acknowledged;
                    }
                    default -> {}
                }
            }
            disk.beforeEach(() -> {});
        }
        for (Image image : images) {
            verify(image, "seed " + seed + ", fsync " + fsyncMs);
        }
        images.clear();
    }

    private void verify(Image image, String when) throws IOException {
        Files.deleteIfExists(image.folder().resolve("lock"));
        try (var store = TimeSeriesStore.open(options(image.folder(), Disk.REAL, 1000), InstantSource.system())) {
            assertThat(store.figures().logCorruptions())
                    .as("%s %s", when, image)
                    .isZero();
            for (int round = 0; round < 2; round++) {
                int found = -1;
                try (SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
                    var buffer = new SampleBuffer();
                    for (int i = 0; i < set.size(); i++) {
                        int number = Integer.parseInt(set.labels(i).get("i"));
                        buffer.clear();
                        set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                        int n = buffer.floats();
                        int first = n == 0 ? 0 : (int) ((buffer.times()[0] - T) / 1000);
                        if (number % 10 == 0) {
                            if (!image.deleting()) {
                                assertThat(first).as("%s %s", when, image).isEqualTo(image.deleted());
                            }
                        } else {
                            assertThat(first).isZero();
                        }
                        int end = first + n;
                        assertThat(found < 0 || found == end)
                                .as("%s %s", when, image)
                                .isTrue();
                        found = end;
                        for (int k = 0; k < n; k++) {
                            assertThat(buffer.times()[k]).isEqualTo(T + (first + k) * 1000L);
                            assertThat(buffer.values()[k]).isEqualTo(value(first + k, number));
                        }
                    }
                }
                assertThat(Math.max(found, 0))
                        .as("%s %s", when, image)
                        .isBetween(image.forced(), image.acknowledged() + 1);
                store.flush();
            }
        }
        try (var files = Files.walk(image.folder())) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void nothingThatWasForcedAndAcknowledgedIsLost() throws IOException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            run(seed, 0);
        }
    }

    @Test
    void betweenTwoForcesOnlyTheEndCanBeLost() throws IOException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            run(100 + seed, 600_000);
        }
    }
}
