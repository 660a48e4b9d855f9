package io.pharos.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.TimeRange;
import io.pharos.query.operator.NodeFigures;
import io.pharos.testkit.MemoryStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueryEngineTest {
    private static final long MINUTE = 60_000;

    private final MemoryStore store = new MemoryStore();
    private final List<QueryEngine> engines = new ArrayList<>();

    private QueryEngine engine(SeriesSource source, QueryLimits limits) {
        var engine = new QueryEngine(source, FeatureFlags.NONE, limits, InstantSource.system());
        engines.add(engine);
        return engine;
    }

    private QueryEngine engine() {
        return engine(store, QueryLimits.DEFAULT);
    }

    private static QueryLimits samples(long most) {
        return new QueryLimits(most, 0, 20, 120_000, 300_000);
    }

    @AfterEach
    void closeEngines() {
        engines.forEach(QueryEngine::close);
    }

    /// `series` series with a sample a minute, the minute's number.
    private void load(int series, int minutes) {
        for (int i = 0; i < series; i++) {
            Labels labels = Labels.of("__name__", "m_total", "i", "s" + i, "parity", i % 2 == 0 ? "even" : "odd");
            var batch = new SampleBatch();
            batch.reset(_ -> labels);
            for (int minute = 0; minute <= minutes; minute++) {
                batch.addFloat(0, minute * MINUTE, minute);
            }
            store.append(batch, SampleSink.OnReject.KEEP_REST);
        }
    }

    @Test
    void aManySeriesAggregationEqualsItsParts() {
        load(1000, 30);
        QueryResult result = engine().range("sum by (parity) (rate(m_total[5m]))", 10 * MINUTE, 30 * MINUTE, MINUTE);
        assertThat(result.value()).isInstanceOfSatisfying(QueryResult.Matrix.class, matrix -> {
            assertThat(matrix.series()).hasSize(2);
            for (QueryResult.Series s : matrix.series()) {
                assertThat(s.values()).hasSize(21);
                for (double v : s.values()) {
                    assertThat(v).isCloseTo(500 / 60.0, org.assertj.core.data.Offset.offset(1e-9));
                }
            }
        });
    }

    @Test
    void groupsComeInTheOrderInWhichTheyFirstHaveSamples() {
        add("1", "z", 0);
        add("2", "y", MINUTE);
        add("3", "z", MINUTE);
        assertThat(groups("sum by (g) (m)", MINUTE)).containsExactly("z", "y");
        assertThat(groups("sum by (g) (m)", 5 * MINUTE)).containsExactly("y", "z");
        assertThat(groups("topk(1, count by (g) (m))", 5 * MINUTE)).containsExactly("y");
    }

    private void add(String instance, String group, long atMs) {
        Labels labels = Labels.of("__name__", "m", "a", instance, "g", group);
        var batch = new SampleBatch();
        batch.reset(_ -> labels);
        batch.addFloat(0, atMs, 1);
        store.append(batch, SampleSink.OnReject.KEEP_REST);
    }

    private List<String> groups(String expression, long atMs) {
        var vector = (QueryResult.Vector) engine().instant(expression, atMs).value();
        return vector.elements().stream().map(e -> e.labels().get("g")).toList();
    }

    @Test
    void anExpressionThatDoesNotParseIsBadData() {
        var e = catchThrowableOfType(ApiException.class, () -> engine().instant("sum(", 0));
        assertThat(e.error()).isEqualTo(ApiError.BAD_DATA);
        assertThat(e.text()).isEqualTo("1:5: parse error: unclosed left parenthesis");
    }

    @Test
    void aRangeVectorFitsNoRangeQuery() {
        var e = catchThrowableOfType(ApiException.class, () -> engine().range("m_total[5m]", 0, MINUTE, MINUTE));
        assertThat(e.error()).isEqualTo(ApiError.BAD_DATA);
        assertThat(e.text())
                .isEqualTo(
                        "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector");
    }

    @Test
    void tooManySamplesAreRefused() {
        load(10, 10);
        QueryEngine engine = engine(store, samples(50));
        assertThat(engine.instant("sum(m_total)", 10 * MINUTE)).isNotNull();
        for (String expression : List.of("m_total", "rate(m_total[20m])", "m_total + m_total")) {
            var e = catchThrowableOfType(ApiException.class, () -> engine.range(expression, 0, 10 * MINUTE, MINUTE));
            assertThat(e.error()).isEqualTo(ApiError.EXECUTION);
            assertThat(e.text())
                    .isEqualTo("query processing would load too many samples into memory in query execution");
        }
    }

    @Test
    void tooManyBytesAreRefused() {
        load(100, 10);
        QueryEngine engine = engine(store, new QueryLimits(1_000_000, 2_000, 20, 120_000, 300_000));
        assertThatThrownBy(() -> engine.range("m_total", 0, 10 * MINUTE, MINUTE))
                .hasMessageContaining("would hold more than 2000 bytes");
    }

    @Test
    void aQueryOutOfTimeIsToldSo() {
        load(1, 10);
        var e = catchThrowableOfType(
                ApiException.class, () -> engine(new Slow(store, () -> sleep(30)), QueryLimits.DEFAULT)
                        .run(QueryRequest.instant("m_total", 10 * MINUTE).withTimeout(10)));
        assertThat(e.error()).isEqualTo(ApiError.TIMEOUT);
        assertThat(e.text()).isEqualTo("query timed out in expression evaluation");
    }

    private static void sleep(long ms) {
        long until = System.nanoTime() + ms * 1_000_000;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aRunningQueryIsListedAndMayBeCancelled() throws InterruptedException {
        load(1, 10);
        var selecting = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        QueryEngine engine = engine(
                new Slow(store, () -> {
                    selecting.countDown();
                    await(go);
                }),
                QueryLimits.DEFAULT);
        var failure = new AtomicReference<ApiException>();
        Thread thread = Thread.ofVirtual()
                .start(() -> failure.set(
                        catchThrowableOfType(ApiException.class, () -> engine.instant("m_total", 10 * MINUTE))));
        selecting.await();
        assertThat(engine.running()).singleElement().satisfies(query -> {
            assertThat(query.request().expression()).isEqualTo("m_total");
            assertThat(query.waiting()).isFalse();
        });
        assertThat(engine.cancel(engine.running().getFirst().id())).isTrue();
        go.countDown();
        thread.join();
        assertThat(failure.get().error()).isEqualTo(ApiError.CANCELED);
        assertThat(failure.get().text()).isEqualTo("query was canceled in expression evaluation");
        assertThat(engine.running()).isEmpty();
        assertThat(engine.cancel(4711)).isFalse();
    }

    @Test
    void anInterruptedCallerCancelsItsQuery() throws InterruptedException {
        load(1, 10);
        var selecting = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        QueryEngine engine = engine(
                new Slow(store, () -> {
                    selecting.countDown();
                    await(go);
                }),
                QueryLimits.DEFAULT);
        var failure = new AtomicReference<ApiException>();
        Thread thread = Thread.ofVirtual()
                .start(() -> failure.set(
                        catchThrowableOfType(ApiException.class, () -> engine.instant("m_total", 10 * MINUTE))));
        selecting.await();
        thread.interrupt();
        go.countDown();
        thread.join();
        assertThat(failure.get().error()).isEqualTo(ApiError.CANCELED);
    }

    @Test
    void aQueryThatFindsNoPlaceInTimeWaitsInVain() throws InterruptedException {
        load(1, 10);
        var selecting = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        QueryEngine engine = engine(
                new Slow(store, () -> {
                    selecting.countDown();
                    await(go);
                }),
                new QueryLimits(1000, 0, 1, 120_000, 300_000));
        Thread first = Thread.ofVirtual().start(() -> engine.instant("m_total", 10 * MINUTE));
        selecting.await();
        var e = catchThrowableOfType(
                ApiException.class,
                () -> engine.run(QueryRequest.instant("m_total", 0).withTimeout(20)));
        assertThat(e.error()).isEqualTo(ApiError.TIMEOUT);
        assertThat(e.text()).isEqualTo("query timed out in query queue");
        go.countDown();
        first.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void statisticsCountSamplesInTotalAndPerStep() {
        load(2, 10);
        QueryAnswer answer = engine().run(QueryRequest.range("rate(m_total[3m])", 5 * MINUTE, 7 * MINUTE, MINUTE)
                .withPerStepStatistics(true));
        QueryStatistics statistics = answer.statistics();
        assertThat(statistics.totalQueryableSamples()).isEqualTo(2 * 3 * 3);
        assertThat(statistics.samplesRead()).isEqualTo(2 * (3 + 1 + 1));
        assertThat(statistics.totalQueryableSamplesPerStep()).containsExactly(6, 6, 6);
        assertThat(statistics.samplesReadPerStep()).containsExactly(6, 2, 2);
        assertThat(statistics.peakSamples()).isEqualTo(2 * 3 + 3);
        assertThat(engine().run(QueryRequest.instant("m_total", 0)).statistics().totalQueryableSamplesPerStep())
                .isNull();
    }

    @Test
    void theQueryLogHearsOfSuccessAndFailure() {
        load(1, 1);
        QueryEngine engine = engine();
        var heard = new ArrayList<String>();
        engine.setQueryLog((request, _, error) -> heard.add(request.expression() + " " + error));
        engine.instant("m_total", 0);
        assertThatThrownBy(() -> engine.instant("sum(", 0)).isInstanceOf(ApiException.class);
        assertThat(heard).containsExactly("m_total null", "sum( 1:5: parse error: unclosed left parenthesis");
    }

    @Test
    void aSubqueryWithoutStepTakesTheDefault() {
        load(1, 10);
        QueryEngine engine = engine();
        engine.setDefaultStep(30_000);
        QueryResult result = engine.instant("count_over_time(m_total{i=\"s0\"}[2m:])", 10 * MINUTE);
        assertThat(result.value()).isInstanceOfSatisfying(QueryResult.Vector.class, vector -> assertThat(
                        vector.elements().getFirst().value())
                .isEqualTo(4));
    }

    @Test
    void anExplanationTellsWhatEachNodeDid() {
        load(4, 10);
        NodeFigures sum = engine().explain(
                        QueryRequest.range("sum by (parity) (rate(m_total[3m])) + 1", 5 * MINUTE, 7 * MINUTE, MINUTE));
        assertThat(sum.operation()).isEqualTo("vector + scalar");
        assertThat(sum.rows()).isEqualTo(2);
        NodeFigures rate = sum.inputs().getFirst().inputs().getFirst();
        assertThat(rate.operation()).isEqualTo("function rate");
        assertThat(rate.samples()).isEqualTo(4 * 3);
        assertThat(rate.inputs()).singleElement().satisfies(select -> {
            assertThat(select.operation()).isEqualTo("select {__name__=\"m_total\"}[3m]");
            assertThat(select.fused()).isTrue();
        });
    }

    @Test
    void aFailingSourceIsNamed() {
        SeriesSource broken = new Slow(store, () -> {
            throw new ApiException(ApiError.INTERNAL, "disk on fire");
        });
        var e = catchThrowableOfType(
                ApiException.class, () -> engine(broken, QueryLimits.DEFAULT).instant("up", 0));
        assertThat(e.error()).isEqualTo(ApiError.INTERNAL);
        assertThat(e.text()).isEqualTo("expanding series: disk on fire");
    }

    /// A source that does something before each select.
    private record Slow(MemoryStore store, Runnable before) implements SeriesSource {
        @Override
        public SeriesSet select(Selection selection) {
            before.run();
            return store.select(selection);
        }

        @Override
        public Listing labelNames(ListingRequest request) {
            return store.labelNames(request);
        }

        @Override
        public Listing labelValues(String name, ListingRequest request) {
            return store.labelValues(name, request);
        }

        @Override
        public List<SeriesExemplars> exemplars(TimeRange range, List<List<Matcher>> matcherSets) {
            return store.exemplars(range, matcherSets);
        }
    }
}
