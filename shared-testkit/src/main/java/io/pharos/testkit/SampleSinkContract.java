package io.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.RejectReason;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// What every adapter of `SampleSink` must do. A test of an adapter extends this and hands over a sink and the source
/// that shows what it stored, both new for each test, without an out-of-order window.
public abstract class SampleSinkContract {
    private static final long T = 1_700_000_000_000L;

    protected abstract SampleSink sink();

    /// Shows what [#sink()] stored.
    protected abstract SeriesSource stored();

    private static SampleBatch batch(List<Labels> labels, long[] times, double[] values) {
        var batch = new SampleBatch();
        batch.reset(labels::get);
        for (int i = 0; i < times.length; i++) {
            batch.addFloat(0, times[i], values[i]);
        }
        return batch;
    }

    private List<String> contents() {
        var lines = new ArrayList<String>();
        var samples = new SampleBuffer();
        try (SeriesSet set = stored().select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
            for (int i = 0; i < set.size(); i++) {
                samples.clear();
                set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, samples);
                var line = new StringBuilder(set.labels(i).toString());
                for (int k = 0; k < samples.floats(); k++) {
                    line.append(' ').append(samples.times()[k] - T).append('=').append(samples.values()[k]);
                }
                lines.add(line.toString());
            }
        }
        return lines;
    }

    @Test
    void samplesAreStoredAndReferencesWrittenBack() {
        Labels a = Labels.of("__name__", "a", "job", "x");
        SampleBatch batch = batch(List.of(a, a), new long[] {T, T + 1}, new double[] {1, 2});
        Appended appended = sink().append(batch, OnReject.KEEP_REST);
        assertThat(appended.stored()).isEqualTo(2);
        assertThat(appended.rejected()).isEmpty();
        assertThat(batch.references()[0]).isNotZero().isEqualTo(batch.references()[1]);
        assertThat(contents()).containsExactly("{__name__=\"a\", job=\"x\"} 0=1.0 1=2.0");
    }

    @Test
    void aReferenceStandsForItsLabels() {
        Labels a = Labels.of("__name__", "a");
        SampleBatch first = batch(List.of(a), new long[] {T}, new double[] {1});
        sink().append(first, OnReject.KEEP_REST);
        long reference = first.references()[0];
        var second = new SampleBatch();
        second.reset(_ -> a);
        second.addFloat(reference, T + 1, 2);
        assertThat(sink().append(second, OnReject.KEEP_REST).stored()).isEqualTo(1);
        assertThat(contents()).containsExactly("{__name__=\"a\"} 0=1.0 1=2.0");
    }

    @Test
    void aReferenceThatMeansNothingIsReplacedByTheLabels() {
        var batch = new SampleBatch();
        batch.reset(_ -> Labels.of("__name__", "a"));
        batch.addFloat(0x7fff_0000_0000_0123L, T, 1);
        assertThat(sink().append(batch, OnReject.KEEP_REST).stored()).isEqualTo(1);
        assertThat(batch.references()[0]).isNotEqualTo(0x7fff_0000_0000_0123L);
        assertThat(contents()).containsExactly("{__name__=\"a\"} 0=1.0");
    }

    @Test
    void theRestIsKeptWhereTheCallerSaysSo() {
        Labels a = Labels.of("__name__", "a");
        sink().append(batch(List.of(a), new long[] {T}, new double[] {1}), OnReject.KEEP_REST);
        Labels b = Labels.of("__name__", "b");
        Appended appended =
                sink().append(batch(List.of(a, b), new long[] {T - 1, T}, new double[] {0, 5}), OnReject.KEEP_REST);
        assertThat(appended.rolledBack()).isFalse();
        assertThat(appended.stored()).isEqualTo(1);
        assertThat(appended.rejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectReason.OUT_OF_ORDER);
            assertThat(rejected.count()).isEqualTo(1);
            assertThat((Object) rejected.firstSeries()).isEqualTo(a);
            assertThat(rejected.firstMs()).isEqualTo(T - 1);
            assertThat(rejected.text()).isEqualTo("out of order sample");
        });
        assertThat(contents()).containsExactly("{__name__=\"a\"} 0=1.0", "{__name__=\"b\"} 0=5.0");
    }

    @Test
    void allIsRolledBackWhereTheCallerSaysSo() {
        Labels a = Labels.of("__name__", "a");
        sink().append(batch(List.of(a), new long[] {T}, new double[] {1}), OnReject.KEEP_REST);
        Labels b = Labels.of("__name__", "b");
        Appended appended =
                sink().append(batch(List.of(b, a), new long[] {T, T}, new double[] {5, 9}), OnReject.ROLL_BACK_ALL);
        assertThat(appended.rolledBack()).isTrue();
        assertThat(appended.stored()).isZero();
        assertThat(contents()).containsExactly("{__name__=\"a\"} 0=1.0");
    }

    @Test
    void theSameSampleTwiceIsNoError() {
        Labels a = Labels.of("__name__", "a");
        SampleBatch batch = batch(List.of(a, a), new long[] {T, T}, new double[] {Double.NaN, Double.NaN});
        assertThat(sink().append(batch, OnReject.ROLL_BACK_ALL).rejected()).isEmpty();
        assertThat(contents()).containsExactly("{__name__=\"a\"} 0=NaN");
    }

    @Test
    void labelsThatAreNoneAreRefused() {
        Appended appended =
                sink().append(batch(List.of(Labels.EMPTY), new long[] {T}, new double[] {1}), OnReject.KEEP_REST);
        assertThat(appended.rejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectReason.INVALID);
            assertThat(rejected.text()).isEqualTo("empty labelset: invalid sample");
        });
    }

    @Test
    void aBatchIsNeverHalfVisible() throws InterruptedException {
        var labels = new ArrayList<Labels>();
        for (int i = 0; i < 50; i++) {
            labels.add(Labels.of("__name__", "m", "i", "" + i));
        }
        var trouble = new AtomicReference<String>();
        var done = new AtomicBoolean();
        Thread reader = Thread.ofPlatform().start(() -> {
            var samples = new SampleBuffer();
            while (!done.get() && trouble.get() == null) {
                int last = -1;
                try (SeriesSet set = stored().select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
                    for (int i = 0; i < set.size(); i++) {
                        samples.clear();
                        set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, samples);
                        if (last >= 0 && samples.floats() != last || i == 0 && set.size() != 50) {
                            trouble.set("series " + i + " of " + set.size() + " has " + samples.floats()
                                    + " samples, the one before " + last);
                        }
                        last = samples.floats();
                    }
                }
            }
        });
        var batch = new SampleBatch();
        for (int step = 0; step < 300; step++) {
            batch.reset(labels::get);
            for (int i = 0; i < 50; i++) {
                batch.addFloat(0, T + step, step * i);
            }
            sink().append(batch, OnReject.KEEP_REST);
        }
        done.set(true);
        reader.join();
        assertThat(trouble.get()).isNull();
    }
}
