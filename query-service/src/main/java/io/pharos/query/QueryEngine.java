package io.pharos.query;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.promql.Expr;
import io.pharos.model.promql.ParseException;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.promql.ValueType;
import io.pharos.query.function.EvaluationException;
import io.pharos.query.operator.Evaluated;
import io.pharos.query.operator.Evaluator;
import io.pharos.query.operator.NodeFigures;
import io.pharos.query.operator.QueryContext;
import io.pharos.query.plan.PlanException;
import io.pharos.query.plan.PlanNode;
import io.pharos.query.plan.Planner;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Evaluates PromQL over a [SeriesSource]. Thread-safe; a call blocks its thread until the result is there, so callers
/// are virtual threads or their own.
///
/// Failures are [ApiException]s with Prometheus' texts: `BAD_DATA` for an expression that does not parse or fits no
/// range query (without the `invalid parameter "query": ` that the HTTP API puts before it), `EXECUTION`, `TIMEOUT`,
/// `CANCELED` (the thread was interrupted, or [#cancel]), and whatever the source throws.
///
/// Queries wait in order for one of the places that [QueryLimits#maxConcurrency] gives. Series are read and
/// computed on the pool `query-cpu`, as many threads as cores.
public final class QueryEngine implements QueryEvaluator, AutoCloseable {
    private static final String IN_QUEUE = "query queue";

    private final SeriesSource source;
    private final FeatureFlags flags;
    private final QueryLimits limits;
    private final InstantSource time;
    private final PromqlParser parser;
    private final ExecutorService pool;
    private final int parallelism;
    private final Semaphore places;
    private final AtomicLong nextId = new AtomicLong(1);
    private final ConcurrentSkipListMap<Long, Running> running = new ConcurrentSkipListMap<>();
    private volatile long defaultStepMs = 60_000;
    private volatile QueryLog log = QueryLog.NONE;

    /// A query under way.
    private static final class Running {
        private final QueryRequest request;
        private final QueryContext context;
        private final Thread thread = Thread.currentThread();
        private final long startedMs;
        private volatile boolean waiting = true;

        private Running(QueryRequest request, QueryContext context, long startedMs) {
            this.request = request;
            this.context = context;
            this.startedMs = startedMs;
        }
    }

    /// @param time for running queries' ages
    public QueryEngine(SeriesSource source, FeatureFlags flags, QueryLimits limits, InstantSource time) {
        this.source = source;
        this.flags = flags;
        this.limits = limits;
        this.time = time;
        parser = new PromqlParser(flags);
        parallelism = Runtime.getRuntime().availableProcessors();
        pool = Executors.newFixedThreadPool(
                parallelism,
                Thread.ofPlatform().name("query-cpu-", 1).daemon(true).factory());
        places = new Semaphore(limits.maxConcurrency(), true);
    }

    /// Runs one query.
    public QueryAnswer run(QueryRequest request) {
        return run(request, false).answer();
    }

    /// Runs one query and tells what each node of its plan did.
    public NodeFigures explain(QueryRequest request) {
        return Objects.requireNonNull(run(request, true).figures(), "bug: nothing was explained");
    }

    private record Outcome(QueryAnswer answer, @Nullable NodeFigures figures) {}

    private Outcome run(QueryRequest request, boolean explained) {
        long begun = System.nanoTime();
        var meter = new Meter(request, begun);
        Running query = null;
        long id = nextId.getAndIncrement();
        String failure = null;
        try {
            Expr expr = parse(request);
            query = new Running(request, context(request, begun), time.millis());
            running.put(id, query);
            meter.context = query.context;
            takePlace(query, begun, request);
            try {
                meter.queuedNanos = System.nanoTime() - begun;
                query.waiting = false;
                return evaluate(expr, query, meter, explained);
            } finally {
                places.release();
            }
        } catch (ApiException e) {
            failure = e.text();
            throw e;
        } finally {
            if (query != null) {
                running.remove(id);
            }
            log.ended(request, meter.statistics(System.nanoTime()), failure);
        }
    }

    /// What is measured while a query runs.
    private static final class Meter {
        private final QueryRequest request;
        private final long begun;
        private long queuedNanos;
        private long preparedNanos;
        private @Nullable Evaluated evaluated;
        private @Nullable QueryContext context;

        private Meter(QueryRequest request, long begun) {
            this.request = request;
            this.begun = begun;
        }

        private QueryStatistics statistics(long now) {
            Evaluated e = evaluated;
            QueryContext c = context;
            double total = seconds(now - begun);
            long select = e == null ? 0 : e.times().selectNanos();
            long inner = e == null ? 0 : e.times().evaluateNanos();
            return new QueryStatistics(
                    seconds(now - begun - queuedNanos),
                    e == null ? 0 : seconds(e.times().sortNanos()),
                    seconds(preparedNanos + select),
                    seconds(inner),
                    seconds(queuedNanos),
                    total,
                    e == null ? 0 : e.queryable(),
                    e == null ? 0 : e.read(),
                    c == null ? 0 : c.peakSamples(),
                    c == null ? 0 : c.peakBytes(),
                    request.startMs(),
                    request.isInstant() ? 1 : request.stepMs(),
                    e == null ? null : e.queryablePerStep(),
                    e == null ? null : e.readPerStep());
        }

        private static double seconds(long nanos) {
            return nanos / 1e9;
        }
    }

    private Expr parse(QueryRequest request) {
        Expr expr;
        try {
            expr = parser.parse(request.expression());
        } catch (ParseException e) {
            throw new ApiException(ApiError.BAD_DATA, String.valueOf(e.getMessage()), e);
        }
        ValueType type = expr.type();
        if (!request.isInstant() && type != ValueType.VECTOR && type != ValueType.SCALAR) {
            throw new ApiException(
                    ApiError.BAD_DATA,
                    "invalid expression type \"" + type.documented()
                            + "\" for range query, must be Scalar or instant Vector");
        }
        return expr;
    }

    private QueryContext context(QueryRequest request, long begun) {
        long timeoutMs =
                request.timeoutMs() > 0 ? Math.min(request.timeoutMs(), limits.timeoutMs()) : limits.timeoutMs();
        long lookbackMs = request.lookbackMs() > 0 ? request.lookbackMs() : limits.lookbackMs();
        return new QueryContext(
                request.expression(),
                source,
                pool,
                parallelism,
                flags,
                lookbackMs,
                limits.maxSamples(),
                limits.maxBytes(),
                begun + TimeUnit.MILLISECONDS.toNanos(timeoutMs));
    }

    private void takePlace(Running query, long begun, QueryRequest request) {
        long timeoutMs =
                request.timeoutMs() > 0 ? Math.min(request.timeoutMs(), limits.timeoutMs()) : limits.timeoutMs();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(timeoutMs) - (System.nanoTime() - begun);
            if (!places.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                throw new ApiException(ApiError.TIMEOUT, "query timed out in " + IN_QUEUE);
            }
        } catch (InterruptedException e) {
            if (!query.context.isCancelled()) {
                Thread.currentThread().interrupt();
            }
            throw new ApiException(ApiError.CANCELED, "query was canceled in " + IN_QUEUE, e);
        }
    }

    private Outcome evaluate(Expr expr, Running query, Meter meter, boolean explained) {
        QueryRequest request = query.request;
        try (var evaluator = new Evaluator(query.context, explained)) {
            query.context.check("expression evaluation");
            long planning = System.nanoTime();
            PlanNode plan = new Planner(request.startMs(), request.endMs(), request.stepMs(), defaultStepMs).plan(expr);
            meter.preparedNanos = System.nanoTime() - planning;
            Evaluated evaluated = evaluator.evaluate(
                    plan, request.startMs(), request.endMs(), request.stepMs(), request.perStepStatistics());
            meter.evaluated = evaluated;
            var notes = query.context.notes();
            var result = new QueryResult(
                    evaluated.value(), notes.warnings(request.expression()), notes.infos(request.expression()));
            var answer = new QueryAnswer(result, meter.statistics(System.nanoTime()));
            return new Outcome(answer, explained ? evaluator.explanation(plan) : null);
        } catch (ApiException e) {
            throw e;
        } catch (PlanException e) {
            // Prometheus works durations out before it runs a query, and calls what is wrong with them bad data.
            throw new ApiException(ApiError.BAD_DATA, String.valueOf(e.getMessage()), e);
        } catch (EvaluationException e) {
            throw new ApiException(ApiError.EXECUTION, String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            throw new ApiException(ApiError.EXECUTION, "unexpected error: " + e, e);
        }
    }

    @Override
    public QueryResult instant(String expression, long atMs) {
        return run(QueryRequest.instant(expression, atMs)).result();
    }

    @Override
    public QueryResult range(String expression, long startMs, long endMs, long stepMs) {
        return run(QueryRequest.range(expression, startMs, endMs, stepMs)).result();
    }

    /// The step of subqueries that name none (`global.evaluation_interval`); 1 minute until set.
    public void setDefaultStep(long ms) {
        if (ms <= 0) {
            throw new IllegalArgumentException("default step of subqueries is " + ms + " ms; it must be positive");
        }
        defaultStepMs = ms;
    }

    /// Who is told of ended queries; replaces the one before.
    public void setQueryLog(QueryLog to) {
        log = to;
    }

    /// Queries that wait or run now, oldest first.
    public List<RunningQuery> running() {
        long now = time.millis();
        return running.entrySet().stream()
                .map(entry -> {
                    Running of = entry.getValue();
                    return new RunningQuery(
                            entry.getKey(),
                            of.request,
                            of.startedMs,
                            now - of.startedMs,
                            of.waiting,
                            of.context.samples(),
                            of.context.bytes());
                })
                .toList();
    }

    /// Cancels a running query; false if there is none of that id.
    public boolean cancel(long id) {
        Running of = running.get(id);
        if (of == null) {
            return false;
        }
        of.context.cancel();
        if (of.waiting) {
            of.thread.interrupt();
        }
        return true;
    }

    /// Stops the pool; running queries are cancelled.
    @Override
    public void close() {
        running.values().forEach(of -> of.context.cancel());
        pool.shutdown();
    }
}
