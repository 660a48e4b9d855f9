package io.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SampleBatch;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// What every adapter of `QueryEvaluator` must do. A test of an adapter extends this and hands over an evaluator that
/// sees what was appended. Tests use series of their own, so that the evaluator may serve several.
public abstract class QueryEvaluatorContract {
    private static final long T = 1_700_000_000_000L;
    /// A NaN whose bits tell whether they came through.
    private static final double ODD_NAN = Double.longBitsToDouble(0x7ff8_0000_0000_1234L);

    private static final Histogram HISTOGRAM = new Histogram(
            CounterResetHint.UNKNOWN,
            3,
            0.001,
            2,
            9,
            12.5,
            new BucketSpan[] {new BucketSpan(-2, 2), new BucketSpan(3, 1)},
            new long[] {1, 2, -1},
            new BucketSpan[] {new BucketSpan(0, 1)},
            new long[] {1},
            new double[0]);

    protected abstract QueryEvaluator evaluator();

    /// Puts a batch where the evaluator finds it.
    protected abstract void append(SampleBatch batch);

    private void append(String name, double... values) {
        var batch = new SampleBatch();
        batch.reset(row -> Labels.of("__name__", name, "row", "" + row));
        for (double value : values) {
            batch.addFloat(0, T, value);
        }
        append(batch);
    }

    @Test
    void aVectorHasLabelsTimeAndTheBitsOfItsValues() {
        append("bits", ODD_NAN, Double.POSITIVE_INFINITY, -0.0, Double.MIN_VALUE);
        QueryResult result = evaluator().instant("bits", T + 1_000);
        assertThat(result.warnings()).isEmpty();
        assertThat(result.infos()).isEmpty();
        var seen = new ArrayList<String>();
        for (QueryResult.Element element : ((QueryResult.Vector) result.value()).elements()) {
            assertThat(element.atMs()).isEqualTo(T + 1_000);
            assertThat(element.histogram()).isNull();
            seen.add(element.labels().get("row") + " " + Long.toHexString(Double.doubleToRawLongBits(element.value())));
        }
        assertThat(seen)
                .containsExactlyInAnyOrder("0 7ff8000000001234", "1 7ff0000000000000", "2 8000000000000000", "3 1");
    }

    @Test
    void aMatrixHasStepsWithGapsAndHistogramsApart() {
        var batch = new SampleBatch();
        batch.reset(_ -> Labels.of("__name__", "mixed"));
        batch.addFloat(0, T, 1.5);
        batch.addFloat(0, T + 60_000, 2.5);
        batch.addHistogram(0, T + 120_000, HISTOGRAM);
        append(batch);
        QueryResult result = evaluator().range("mixed", T - 60_000, T + 120_000, 60_000);
        assertThat(((QueryResult.Matrix) result.value()).series())
                .singleElement()
                .satisfies(series -> {
                    assertThat((Object) series.labels()).isEqualTo(Labels.of("__name__", "mixed"));
                    assertThat(series.times()).containsExactly(T, T + 60_000);
                    assertThat(series.values()).containsExactly(1.5, 2.5);
                    assertThat(series.histogramTimes()).containsExactly(T + 120_000);
                    assertThat(series.histograms()[0])
                            .hasToString(HISTOGRAM.toFloat().toString());
                });
    }

    @Test
    void anInstantHistogramKeepsItsHint() {
        var batch = new SampleBatch();
        batch.reset(_ -> Labels.of("__name__", "hinted"));
        batch.addHistogram(0, T, HISTOGRAM);
        append(batch);
        QueryResult result = evaluator().instant("-hinted", T);
        FloatHistogram histogram =
                ((QueryResult.Vector) result.value()).elements().getFirst().histogram();
        if (histogram == null) {
            throw new AssertionError("no histogram");
        }
        assertThat(histogram.hint()).isEqualTo(CounterResetHint.GAUGE);
        assertThat(histogram.count()).isEqualTo(-9);
    }

    @Test
    void scalarsAndStringsHaveTheirTime() {
        assertThat(evaluator().instant("1 / 0", T).value())
                .isEqualTo(new QueryResult.Scalar(T, Double.POSITIVE_INFINITY));
        assertThat(evaluator().instant("\"grüß\\n\"", T).value()).isEqualTo(new QueryResult.Text(T, "grüß\n"));
    }

    @Test
    void nothingFoundIsAnEmptyVectorOrMatrix() {
        assertThat(evaluator().instant("nothing_of_the_kind", T).value())
                .isEqualTo(new QueryResult.Vector(java.util.List.of()));
        assertThat(evaluator().range("nothing_of_the_kind", T, T + 1, 1).value())
                .isEqualTo(new QueryResult.Matrix(java.util.List.of()));
    }

    @Test
    void warningsAndInfosAreTold() {
        append("not_a_counter", 1);
        assertThat(evaluator().instant("quantile(7, not_a_counter)", T).warnings())
                .singleElement()
                .asString()
                .startsWith("PromQL warning: quantile value should be between 0 and 1, got 7");
        assertThat(evaluator().range("rate(not_a_counter[5m])", T, T + 1, 1).infos())
                .isEmpty();
        append("not_a_counter", 1, 2);
        var batch = new SampleBatch();
        batch.reset(_ -> Labels.of("__name__", "not_a_counter", "row", "0"));
        batch.addFloat(0, T + 15_000, 2);
        append(batch);
        assertThat(evaluator().instant("rate(not_a_counter[5m])", T + 15_000).infos())
                .singleElement()
                .asString()
                .startsWith("PromQL info: metric might not be a counter");
    }

    @Test
    void whatDoesNotParseIsBadData() {
        assertThatThrownBy(() -> evaluator().instant("sum(", T)).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.error()).isEqualTo(ApiError.BAD_DATA);
            assertThat(e.text()).isEqualTo("1:5: parse error: unclosed left parenthesis");
        });
    }

    @Test
    void whatCanNotBeEvaluatedIsAnExecutionError() {
        append("twins", 1, 2);
        assertThatThrownBy(() -> evaluator().instant("label_replace(twins, \"row\", \"\", \"\", \"\")", T))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.error()).isEqualTo(ApiError.EXECUTION);
                    assertThat(e.text()).contains("vector cannot contain metrics with the same labelset");
                });
    }

    @Test
    void anInterruptedCallerIsLetGo() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> evaluator().instant("up", T))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.error()).isEqualTo(ApiError.CANCELED));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
