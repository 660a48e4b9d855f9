package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.RejectReason;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeSeriesStoreTest {
    private static final long T = 1_700_000_000_000L;

    @TempDir
    Path folder;

    private TimeSeriesStore store;

    @BeforeEach
    void open() {
        store = TimeSeriesStore.open(StoreOptions.in(folder), InstantSource.system());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        store.close();
        open();
    }

    private static Labels series(int i) {
        return Labels.of("__name__", "m" + i % 7, "i", Integer.toString(i), "job", "j" + i % 3);
    }

    private Appended append(OnReject onReject, Object... labelsTimeValue) {
        var batch = new SampleBatch();
        batch.reset(row -> (Labels) labelsTimeValue[3 * row]);
        for (int i = 0; i < labelsTimeValue.length; i += 3) {
            batch.addFloat(0, (Long) labelsTimeValue[i + 1], ((Number) labelsTimeValue[i + 2]).doubleValue());
        }
        return store.append(batch, onReject);
    }

    private List<String> read(Matcher... matchers) {
        var lines = new ArrayList<String>();
        var buffer = new SampleBuffer();
        try (SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(matchers), SelectHints.NONE))) {
            for (int i = 0; i < set.size(); i++) {
                buffer.clear();
                set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                var line = new StringBuilder(set.labels(i).toString());
                for (int k = 0; k < buffer.floats(); k++) {
                    line.append(' ').append(buffer.times()[k] - T).append(':').append(buffer.values()[k]);
                }
                lines.add(line.toString());
            }
        }
        return lines;
    }

    @Test
    void whatWasAppendedIsReadBackAndSurvivesReopening() {
        var batch = new SampleBatch();
        var references = new long[50];
        for (int step = 0; step < 500; step++) {
            batch.reset(TimeSeriesStoreTest::series);
            for (int i = 0; i < 50; i++) {
                batch.addFloat(references[i], T + step * 15_000L, step * i + 0.5);
            }
            Appended appended = store.append(batch, OnReject.KEEP_REST);
            assertThat(appended.rejected()).isEmpty();
            assertThat(appended.stored()).isEqualTo(50);
            System.arraycopy(batch.references(), 0, references, 0, 50);
        }
        for (int round = 0; round < 2; round++) {
            var buffer = new SampleBuffer();
            var all = new Selection(TimeRange.ALL, List.of(), SelectHints.NONE);
            try (SeriesSet set = store.select(all)) {
                assertThat(set.size()).isEqualTo(50);
                for (int i = 0; i < 50; i++) {
                    int number = Integer.parseInt(set.labels(i).get("i"));
                    buffer.clear();
                    set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                    assertThat(buffer.floats()).isEqualTo(500);
                    for (int k = 0; k < 500; k++) {
                        assertThat(buffer.times()[k]).isEqualTo(T + k * 15_000L);
                        assertThat(buffer.values()[k]).isEqualTo(k * number + 0.5);
                    }
                    buffer.clear();
                    set.read(i, T + 100 * 15_000L, T + 260 * 15_000L, buffer);
                    assertThat(buffer.floats()).isEqualTo(160);
                    buffer.clear();
                    set.latest(i, T, T + 499 * 15_000L, buffer);
                    assertThat(buffer.values()[0]).isEqualTo(499 * number + 0.5);
                    buffer.clear();
                    set.latest(i, T, T + 300 * 15_000L + 7, buffer);
                    assertThat(buffer.floats()).isEqualTo(1);
                    assertThat(buffer.values()[0]).isEqualTo(300 * number + 0.5);
                }
            }
            reopen();
        }
    }

    @Test
    void samplesAreJudgedAsPrometheusDoes() {
        Labels a = Labels.of("__name__", "a");
        append(OnReject.KEEP_REST, a, T, 1);
        assertThat(append(OnReject.KEEP_REST, a, T, 1).rejected()).isEmpty();
        Appended other = append(OnReject.KEEP_REST, a, T, 2, a, T - 1, 2, a, T - 3_600_001, 3, a, T + 1, 4);
        assertThat(other.stored()).isEqualTo(1);
        assertThat(other.rejected())
                .extracting(r -> r.reason() + " " + r.text())
                .containsExactlyInAnyOrder(
                        "DUPLICATE duplicate sample for timestamp 1700000000000; overrides not allowed: existing 1, new value 2",
                        "OUT_OF_ORDER out of order sample",
                        "OUT_OF_BOUNDS out of bounds");
        assertThat(read()).containsExactly("{__name__=\"a\"} 0:1.0 1:4.0");
    }

    @Test
    void rowsOutOfOrderAmongThemselvesPassInSilence() {
        Labels a = Labels.of("__name__", "a");
        Appended first = append(OnReject.ROLL_BACK_ALL, a, T + 1, 1, a, T, 2, a, T + 2, 3, a, T + 2, 4);
        assertThat(first.rejected()).isEmpty();
        assertThat(first.stored()).isEqualTo(4);
        assertThat(read()).containsExactly("{__name__=\"a\"} 1:1.0 2:3.0");
        Appended second = append(OnReject.KEEP_REST, a, T + 4, 1, a, T + 3, 1, a, T + 1, 1);
        assertThat(second.rejected()).hasSize(1);
        assertThat(second.stored()).isEqualTo(2);
    }

    @Test
    void aBatchRolledBackLeavesNothing() {
        Labels a = Labels.of("__name__", "a");
        Labels b = Labels.of("__name__", "b");
        append(OnReject.KEEP_REST, a, T, 1);
        Appended appended = append(OnReject.ROLL_BACK_ALL, a, T + 1, 2, b, T + 1, 2, a, T, 7);
        assertThat(appended.rolledBack()).isTrue();
        assertThat(read()).containsExactly("{__name__=\"a\"} 0:1.0");
        append(OnReject.KEEP_REST, a, T + 1, 3, b, T + 1, 4);
        reopen();
        assertThat(read()).containsExactly("{__name__=\"a\"} 0:1.0 1:3.0", "{__name__=\"b\"} 1:4.0");
    }

    @Test
    void matchersSelect() {
        for (int i = 0; i < 30; i++) {
            append(OnReject.KEEP_REST, series(i), T, i);
        }
        assertThat(read(Matcher.equal("__name__", "m1"))).hasSize(5);
        assertThat(read(Matcher.regex("__name__", "m(1|2)"), Matcher.notEqual("job", "j0")))
                .hasSize(7);
        assertThat(read(Matcher.notRegex("__name__", "m[0-5]"))).hasSize(4);
        assertThat(read(Matcher.equal("absent", ""))).hasSize(30);
        assertThat(read(Matcher.notEqual("absent", ""))).isEmpty();
        assertThat(read(Matcher.regex("i", "1.*"))).hasSize(11);
        assertThat(read(Matcher.regex("i", "1.+"), Matcher.equal("absent", ""))).hasSize(10);
    }

    @Test
    void aSecondStoreIsKeptOutOfTheFolder() {
        assertThatThrownBy(() -> TimeSeriesStore.open(StoreOptions.in(folder), InstantSource.system()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in use by another process");
    }

    @Test
    void aSelectionSeesNothingThatComesLater() {
        Labels a = Labels.of("__name__", "a");
        append(OnReject.KEEP_REST, a, T, 1);
        try (SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
            for (int i = 1; i < 1000; i++) {
                append(OnReject.KEEP_REST, a, T + i, Math.sin(i));
            }
            var buffer = new SampleBuffer();
            set.read(0, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
            assertThat(buffer.floats()).isEqualTo(1);
            assertThat(buffer.values()[0]).isEqualTo(1);
        }
        assertThat(read().getFirst()).contains("999:" + Math.sin(999));
    }

    @Test
    void reasonsAreCounted() {
        Labels a = Labels.of("__name__", "a");
        append(OnReject.KEEP_REST, a, T, 1);
        Appended appended = append(OnReject.KEEP_REST, a, T - 1, 1, a, T - 2, 1);
        assertThat(appended.rejected()).hasSize(1);
        assertThat(appended.rejected().getFirst().count()).isEqualTo(2);
        assertThat(appended.rejected().getFirst().reason()).isEqualTo(RejectReason.OUT_OF_ORDER);
    }
}
