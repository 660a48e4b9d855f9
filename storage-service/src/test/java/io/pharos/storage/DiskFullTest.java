package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.FaultyDisk.Operation;
import io.pharos.storage.head.HeadLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A full disk at every stage: what needs room is refused and says so, reads go on, and all goes on by itself when
/// there is room.
class DiskFullTest {
    private static final long T = 1_700_000_000_000L;
    private static final int SERIES = 30;

    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();
    private TimeSeriesStore store;
    private int steps;
    private int deletedSteps;

    @BeforeEach
    void open() {
        store = TimeSeriesStore.open(
                new StoreOptions(
                        folder,
                        HeadLimits.DEFAULT,
                        StoreOptions.Retention.FOREVER,
                        StoreOptions.Reserve.NONE,
                        StoreOptions.Thresholds.DEFAULT,
                        StoreOptions.Files.on(disk)),
                InstantSource.system());
    }

    @AfterEach
    void close() {
        disk.heal();
        store.close();
    }

    private void append() {
        var batch = new SampleBatch();
        batch.reset(row -> Labels.of("__name__", "m", "i", "" + row));
        for (int i = 0; i < SERIES; i++) {
            batch.addFloat(0, T + steps * 1000L, steps * 3 + i);
        }
        assertThat(store.append(batch, OnReject.KEEP_REST).stored()).isEqualTo(SERIES);
        steps++;
    }

    private void append(int times) {
        for (int i = 0; i < times; i++) {
            append();
        }
    }

    private void everythingAnswers() {
        var found = new TreeMap<Integer, Integer>();
        try (SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
            var buffer = new SampleBuffer();
            for (int i = 0; i < set.size(); i++) {
                int number = Integer.parseInt(set.labels(i).get("i"));
                buffer.clear();
                set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                int first = number == 0 ? deletedSteps : 0;
                for (int k = 0; k < buffer.floats(); k++) {
                    assertThat(buffer.times()[k]).isEqualTo(T + (first + k) * 1000L);
                    assertThat(buffer.values()[k]).isEqualTo((first + k) * 3 + number);
                }
                found.put(number, first + buffer.floats());
            }
        }
        assertThat(found).hasSize(steps == 0 ? 0 : SERIES);
        assertThat(found.values()).allMatch(end -> end == steps);
    }

    private static boolean isIn(Path file, String name) {
        return file.toString().contains(name);
    }

    /// Runs `work` on a full disk, where it fails, and after it was given room, where it does not.
    private void refusedWhileFull(BiPredicate<Operation, Path> stage, Runnable work) {
        append(40);
        disk.fail(stage);
        assertThatThrownBy(work::run)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("No space left on device");
        everythingAnswers();
        disk.heal();
        work.run();
        everythingAnswers();
        append(5);
        everythingAnswers();
        store.close();
        open();
        everythingAnswers();
    }

    @Test
    void appendsAreRefusedAndGoOnByThemselves() {
        for (boolean tearing : new boolean[] {false, true}) {
            append(10);
            disk.tear(tearing);
            disk.fail((operation, file) -> operation == Operation.WRITE && isIn(file, "/log/"));
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(this::append)
                        .isInstanceOf(ApiException.class)
                        .hasMessageContaining("No space left on device")
                        .hasMessageContaining("free space on the disk, writes then go on by themselves");
            }
            everythingAnswers();
            disk.heal();
            append(10);
            everythingAnswers();
            store.close();
            open();
            everythingAnswers();
        }
        assertThat(store.figures().logCorruptions()).isZero();
    }

    @Test
    void aCheckpointThatFindsNoRoomLeavesTheLog() {
        for (Operation operation :
                new Operation[] {Operation.CREATE, Operation.WRITE, Operation.FORCE, Operation.REPLACE}) {
            refusedWhileFull((o, file) -> o == operation && isIn(file, "head.checkpoint"), store::checkpoint);
            assertThat(Files.exists(folder.resolve("head.checkpoint.new"))).isFalse();
        }
    }

    @Test
    void sealingFindsNoRoomForAPartitionOrTheManifest() {
        refusedWhileFull((o, _) -> o == Operation.CREATE_FOLDER, () -> store.flush());
        for (Operation operation :
                new Operation[] {Operation.CREATE, Operation.WRITE, Operation.FORCE, Operation.REPLACE}) {
            refusedWhileFull((o, file) -> o == operation && isIn(file, "partitions.manifest"), () -> store.flush());
        }
        assertThat(folder.resolve("partitions").toFile().list()).hasSize(1);
    }

    @Test
    void deletingFindsNoRoomForTheManifest() {
        append(10);
        refusedWhileFull((o, file) -> o == Operation.WRITE && isIn(file, "partitions.manifest"), () -> {
            store.delete(List.of(List.of(Matcher.equal("i", "0"))), new TimeRange(T, T + 4000));
            deletedSteps = 5;
        });
        refusedWhileFull((o, _) -> o == Operation.CREATE_FOLDER, () -> store.cleanTombstones());
    }

    @Test
    void aSnapshotThatFindsNoRoomLeavesNothingBehind() {
        Path into = folder.resolve("snapshots/one");
        refusedWhileFull((o, file) -> o == Operation.CREATE_FOLDER && isIn(file, "snapshots"), () -> {
            assertThat(Files.exists(into)).isFalse();
            store.snapshot(into, true);
        });
        assertThat(Files.exists(into.resolve("partitions.manifest"))).isTrue();
    }

    @Test
    void retentionFindsNoRoomForTheManifest() {
        append(10);
        store.flush();
        disk.fail((o, file) -> o == Operation.WRITE && isIn(file, "partitions.manifest"));
        assertThatThrownBy(() -> store.partitions().retain(Long.MAX_VALUE, 0))
                .hasMessageContaining("No space left on device");
        everythingAnswers();
        disk.heal();
        assertThat(store.partitions().retain(Long.MAX_VALUE, 0)).containsExactly(1, 0);
    }

    @Test
    void whatCannotBeForcedIsNotAcknowledged() {
        store.close();
        store = TimeSeriesStore.open(
                new StoreOptions(
                        folder,
                        HeadLimits.DEFAULT,
                        StoreOptions.Retention.FOREVER,
                        StoreOptions.Reserve.NONE,
                        StoreOptions.Thresholds.DEFAULT,
                        new StoreOptions.Files(disk, 0, true)),
                InstantSource.system());
        append(3);
        disk.fail((o, file) -> o == Operation.FORCE && isIn(file, "/log/"));
        assertThatThrownBy(this::append).isInstanceOf(ApiException.class);
        everythingAnswers();
        disk.heal();
        append(3);
        everythingAnswers();
        store.close();
        open();
        everythingAnswers();
    }
}
