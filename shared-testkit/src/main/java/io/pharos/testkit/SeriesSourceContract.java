package io.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.port.SeriesSource.Listing;
import io.pharos.model.port.SeriesSource.ListingRequest;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.StaleMarker;
import io.pharos.model.sample.TimeRange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every adapter of `SeriesSource` must do. A test of an adapter extends this and hands over a source that is new
/// for each test and shows what was appended.
public abstract class SeriesSourceContract {
    private static final long T = 1_700_000_000_000L;
    private static final int STEPS = 400;

    protected abstract SeriesSource source();

    /// Puts a batch where the source finds it.
    protected abstract void append(SampleBatch batch);

    /// What callers of [#append] say about rejects.
    protected static final OnReject ON_REJECT = OnReject.KEEP_REST;

    private static Labels series(int i) {
        return Labels.of("__name__", i % 2 == 0 ? "even" : "odd", "i", "" + i, "job", "j" + i % 3);
    }

    private void fill() {
        var batch = new SampleBatch();
        for (int step = 0; step < STEPS; step++) {
            batch.reset(SeriesSourceContract::series);
            for (int i = 0; i < 12; i++) {
                batch.addFloat(
                        0, T + step * 15_000L, i == 3 && step == STEPS - 1 ? StaleMarker.VALUE : step + i * 0.25);
            }
            append(batch);
        }
    }

    private SeriesSet select(TimeRange range, Matcher... matchers) {
        return source().select(new Selection(range, List.of(matchers), SelectHints.NONE));
    }

    @Test
    void seriesComeInLabelOrderWithTheirSamples() {
        fill();
        try (SeriesSet set = select(TimeRange.ALL)) {
            assertThat(set.size()).isEqualTo(12);
            var buffer = new SampleBuffer();
            for (int i = 0; i < 12; i++) {
                if (i > 0) {
                    assertThat(set.labels(i).compareTo(set.labels(i - 1))).isPositive();
                }
                int number = Integer.parseInt(set.labels(i).get("i"));
                buffer.clear();
                set.read(i, T + 99 * 15_000L, T + 300 * 15_000L, buffer);
                assertThat(buffer.floats()).isEqualTo(201);
                assertThat(buffer.times()[0]).isEqualTo(T + 100 * 15_000L);
                assertThat(buffer.values()[200]).isEqualTo(300 + number * 0.25);
            }
        }
    }

    @Test
    void theLeftEdgeIsOutTheRightEdgeIn() {
        fill();
        try (SeriesSet set = select(TimeRange.ALL, Matcher.equal("i", "0"))) {
            var buffer = new SampleBuffer();
            set.read(0, T, T + 15_000, buffer);
            assertThat(buffer.floats()).isEqualTo(1);
            assertThat(buffer.times()[0]).isEqualTo(T + 15_000);
        }
    }

    @Test
    void readAppendsToWhatIsThere() {
        fill();
        try (SeriesSet set = select(TimeRange.ALL, Matcher.equal("i", "0"))) {
            var buffer = new SampleBuffer();
            set.read(0, T - 1, T, buffer);
            set.read(0, T + 10 * 15_000L, T + 11 * 15_000L, buffer);
            assertThat(buffer.floats()).isEqualTo(2);
            assertThat(buffer.values()[0]).isZero();
            assertThat(buffer.values()[1]).isEqualTo(11);
        }
    }

    @Test
    void theLatestIsTheNewestNotAfterATime() {
        fill();
        try (SeriesSet set = select(TimeRange.ALL, Matcher.equal("i", "3"))) {
            var buffer = new SampleBuffer();
            set.latest(0, T, T + STEPS * 15_000L, buffer);
            assertThat(buffer.floats()).isEqualTo(1);
            assertThat(StaleMarker.is(buffer.values()[0])).isTrue();
            buffer.clear();
            set.latest(0, T, T + 100 * 15_000L + 14_999, buffer);
            assertThat(buffer.times()[0]).isEqualTo(T + 100 * 15_000L);
            buffer.clear();
            set.latest(0, T + STEPS * 15_000L, T + 2 * STEPS * 15_000L, buffer);
            assertThat(buffer.isEmpty()).isTrue();
        }
    }

    @Test
    void everyMatcherMustMatch() {
        fill();
        assertThat(count(Matcher.equal("__name__", "odd"), Matcher.notEqual("job", "j0")))
                .isEqualTo(4);
        assertThat(count(Matcher.regex("i", "1|2|11"))).isEqualTo(3);
        assertThat(count(Matcher.notRegex("i", "1.*"))).isEqualTo(9);
        assertThat(count(Matcher.equal("none", ""))).isEqualTo(12);
        assertThat(count(Matcher.regex("none", ".+"))).isZero();
    }

    private int count(Matcher... matchers) {
        try (SeriesSet set = select(TimeRange.ALL, matchers)) {
            return set.size();
        }
    }

    @Test
    void groupsAreNumberedAsTheyAppear() {
        fill();
        try (SeriesSet set = select(TimeRange.ALL)) {
            SeriesSet.Groups by = set.group(List.of("job"), false);
            assertThat(by.labels()).hasSize(3);
            int seen = 0;
            for (int i = 0; i < set.size(); i++) {
                assertThat(by.groupOf()[i]).isLessThanOrEqualTo(seen);
                seen = Math.max(seen, by.groupOf()[i] + 1);
                assertThat((Object) by.labels().get(by.groupOf()[i]))
                        .isEqualTo(set.labels(i).keep("job"));
            }
            SeriesSet.Groups without = set.group(List.of("i"), true);
            for (int i = 0; i < set.size(); i++) {
                assertThat((Object) without.labels().get(without.groupOf()[i]))
                        .isEqualTo(set.labels(i).keep("job"));
            }
        }
    }

    @Test
    void listingsAreSortedAndCut() {
        fill();
        assertThat(source().labelNames(new ListingRequest(TimeRange.ALL, List.of(), 0)))
                .isEqualTo(new Listing(List.of("__name__", "i", "job"), false));
        assertThat(source().labelValues("job", new ListingRequest(TimeRange.ALL, List.of(), 2)))
                .isEqualTo(new Listing(List.of("j0", "j1"), true));
        var odd = List.of(List.of(Matcher.equal("__name__", "odd"), Matcher.equal("job", "j1")));
        assertThat(source().labelValues("i", new ListingRequest(TimeRange.ALL, odd, 0))
                        .entries())
                .containsExactly("1", "7");
    }

    @Test
    void aSetIsAStableView() {
        fill();
        try (SeriesSet set = select(TimeRange.ALL, Matcher.equal("i", "4"))) {
            var batch = new SampleBatch();
            batch.reset(_ -> series(4));
            for (int i = 0; i < 500; i++) {
                batch.addFloat(0, T + (STEPS + i) * 15_000L, i);
            }
            append(batch);
            var buffer = new SampleBuffer();
            set.read(0, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
            assertThat(buffer.floats()).isEqualTo(STEPS);
        }
    }

    @Test
    void threadsMayReadOneSet() throws InterruptedException {
        fill();
        var sums = new ArrayList<Double>();
        try (SeriesSet set = select(TimeRange.ALL)) {
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 4; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    var buffer = new SampleBuffer();
                    double sum = 0;
                    for (int i = 0; i < set.size(); i++) {
                        buffer.clear();
                        set.read(i, T - 1, T + 200 * 15_000L, buffer);
                        for (int k = 0; k < buffer.floats(); k++) {
                            sum += buffer.values()[k];
                        }
                    }
                    synchronized (sums) {
                        sums.add(sum);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(sums).hasSize(4).allMatch(sum -> sum.equals(sums.getFirst()));
    }
}
