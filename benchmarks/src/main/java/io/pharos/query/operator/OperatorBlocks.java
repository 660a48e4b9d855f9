package io.pharos.query.operator;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.promql.Aggregator;
import io.pharos.model.promql.BinaryOperator;
import io.pharos.model.promql.Function;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.promql.Span;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// One block through an operator: 180 series of six hours at 15 s, 361 steps of a minute. Decoding is left out: columns
/// are copied. With `-prof gc`, what a block allocates once everything has grown to its size.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(
        value = 1,
        jvmArgs = {"-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx512m"})
public class OperatorBlocks {
    private static final long START = 1_700_000_000_000L;
    private static final int ROWS = 180;
    private static final int STEPS = 361;
    private static final int SAMPLES = STEPS * 4 + 20;
    private static final int FEW = 20;
    private static final int MANY = 200;
    private static final Span NOWHERE = new Span(0, 0);

    @Param({"RATE", "AVG_OVER_TIME", "MAX_OVER_TIME"})
    private Function function = Function.RATE;

    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final int[] groupOf = new int[ROWS];
    private final SeriesBlock block = new SeriesBlock(ROWS, STEPS);
    private final SeriesBlock values = new SeriesBlock(ROWS, STEPS);
    private final QueryContext context = new QueryContext(
            "", new Nothing(), pool, 1, FeatureFlags.NONE, 300_000, Long.MAX_VALUE / 2, 0, Long.MAX_VALUE / 2);
    private final Accumulator accumulator =
            new Accumulator(Aggregator.SUM, 20, STEPS, NOWHERE, context.notes(), (row, other) -> row < other);
    private SeriesStream.Filler range = filler();
    private final Columns few = new Columns(ROWS * FEW);
    private final Columns many = new Columns(ROWS * MANY);
    private final Consumer<SeriesBlock> byOne =
            BlockMaps.vectorScalar(new BinaryCell(BinaryOperator.MUL, NOWHERE, context.notes()), ones(), false, false);

    private static final class Nothing implements SeriesSource {
        @Override
        public SeriesSet select(Selection selection) {
            return new Columns(ROWS);
        }

        @Override
        public Listing labelNames(ListingRequest request) {
            throw new UnsupportedOperationException("no labels here");
        }

        @Override
        public Listing labelValues(String name, ListingRequest request) {
            throw new UnsupportedOperationException("no labels here");
        }

        @Override
        public List<SeriesExemplars> exemplars(TimeRange range, List<List<Matcher>> matcherSets) {
            return List.of();
        }
    }

    /// Counters whose columns lie ready.
    private static final class Columns implements SeriesSet {
        private final int rows;
        private final long[] times = new long[SAMPLES];
        private final double[][] values = new double[ROWS][SAMPLES];

        private Columns(int rows) {
            this.rows = rows;
            var random = new Random(1);
            Arrays.setAll(times, i -> START + (i - 20) * 15_000L);
            for (double[] of : values) {
                double value = 0;
                for (int i = 0; i < of.length; i++) {
                    value += random.nextInt(50);
                    of[i] = value;
                }
            }
        }

        @Override
        public int size() {
            return rows;
        }

        @Override
        public Labels labels(int series) {
            return Labels.of("__name__", "requests_total", "n", Integer.toString(series));
        }

        @Override
        public void read(int series, long afterMs, long toMs, SampleBuffer into) {
            into.ensureFloats(SAMPLES);
            System.arraycopy(times, 0, into.times(), into.floats(), SAMPLES);
            System.arraycopy(values[series % ROWS], 0, into.values(), into.floats(), SAMPLES);
            into.addedFloats(SAMPLES);
        }

        @Override
        public void close() {}
    }

    private static double[] ones() {
        var ones = new double[STEPS];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Grid grid() {
        return Grid.of(START, START + (STEPS - 1) * 60_000L, 60_000);
    }

    private SeriesStream.Filler filler() {
        return filler(new RowSource.Selected(new Columns(ROWS), "requests_total"));
    }

    private SeriesStream.Filler filler(RowSource rows) {
        var of = new RangeFiller.Range(
                function, 300_000, 0, null, RangeMode.PLAIN, false, new double[0][], NOWHERE, NOWHERE);
        return new RangeFiller(context, rows, grid(), of, new Tally(STEPS, false));
    }

    @Setup
    public void fill() {
        range = filler();
        for (int row = 0; row < ROWS; row++) {
            groupOf[row] = row % 20;
            range.fill(row, values, row);
        }
        values.rows = ROWS;
        range.end();
    }

    @TearDown
    public void close() {
        pool.shutdown();
    }

    @Benchmark
    public long rangeFunction() {
        block.reset();
        for (int row = 0; row < ROWS; row++) {
            if (range.fill(row, block, block.rows)) {
                block.source[block.rows++] = row;
            }
        }
        return range.end() + block.samples();
    }

    /// A query's stream of blocks through the pool, from selection to sum; per block. What ten times as many allocate
    /// more
    /// is what blocks allocate, the rest is once a query.
    @Benchmark
    @OperationsPerInvocation(FEW)
    public Object streamOfFew() {
        return stream(few);
    }

    @Benchmark
    @OperationsPerInvocation(MANY)
    public Object streamOfMany() {
        return stream(many);
    }

    private Object stream(Columns of) {
        var rows = new RowSource.Selected(of, "requests_total");
        var stream = new SeriesStream(
                context, rows, grid(), () -> filler(rows), List.of(), SeriesStream.Drop.IDENTITY, true, ROWS);
        stream.forEach(filled -> {
            for (int row = 0; row < filled.rows; row++) {
                accumulator.add(groupOf[filled.source[row] % ROWS], row, filled, row, _ -> "");
            }
        });
        return accumulator;
    }

    /// Multiplication of each cell by a number, in place.
    @Benchmark
    public Object vectorAndNumber() {
        byOne.accept(values);
        return values;
    }

    @Benchmark
    public Object aggregate() {
        for (int row = 0; row < ROWS; row++) {
            accumulator.add(groupOf[row], row, values, row, _ -> "");
        }
        return accumulator;
    }
}
