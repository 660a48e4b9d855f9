package io.pharos.query.operator;

import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.promql.Aggregator;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.sample.TimeRange;
import io.pharos.query.plan.PlanNode;
import io.pharos.query.plan.Planner;
import io.pharos.query.plan.Selector;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/// The series that a plan's selectors select, each selected once before evaluation begins; equal selectors whose times
/// overlap share a selection. Closed with the query.
final class Selections implements AutoCloseable {
    private final QueryContext context;
    private final Map<Selector, SeriesSet> sets = new IdentityHashMap<>();
    private final List<Request> requests = new ArrayList<>();
    private final List<SeriesSet> open = new ArrayList<>();

    /// A selection asked for, by every selector in `users`.
    private static final class Request {
        private final List<Selector> users = new ArrayList<>();
        private final List<Matcher> matchers;
        private long firstMs;
        private long lastMs;
        private SelectHints hints;

        private Request(List<Matcher> matchers, long firstMs, long lastMs, SelectHints hints) {
            this.matchers = matchers;
            this.firstMs = firstMs;
            this.lastMs = lastMs;
            this.hints = hints;
        }
    }

    Selections(QueryContext context) {
        this.context = context;
    }

    /// Selects for every selector below `plan`, in parallel on the pool where there are several.
    void select(PlanNode plan, Grid grid) {
        collect(plan, grid, "", true);
        var tasks = new ArrayList<Future<SeriesSet>>();
        try {
            for (Request request : requests) {
                var task = new FutureTask<>(() -> {
                    context.check();
                    return context.source.select(new SeriesSource.Selection(
                            new TimeRange(request.firstMs, request.lastMs), request.matchers, request.hints));
                });
                if (requests.size() == 1) {
                    // To wake another thread and to wait for it costs more than most selections.
                    task.run();
                } else {
                    context.pool.execute(task);
                }
                tasks.add(task);
            }
        } catch (RejectedExecutionException e) {
            throw new ApiException(ApiError.CANCELED, "query was canceled in query execution", e);
        } finally {
            await(tasks);
        }
    }

    private void await(List<Future<SeriesSet>> tasks) {
        RuntimeException failure = null;
        boolean interrupted = false;
        for (int i = 0; i < tasks.size(); i++) {
            while (true) {
                try {
                    SeriesSet set = tasks.get(i).get();
                    open.add(set);
                    requests.get(i).users.forEach(user -> sets.put(user, set));
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                    context.cancel();
                } catch (ExecutionException e) {
                    failure = failure(e);
                    break;
                }
            }
        }
        // A task that is done already is taken without a look at the flag.
        if (interrupted || Thread.currentThread().isInterrupted()) {
            Thread.currentThread().interrupt();
            throw new ApiException(ApiError.CANCELED, "query was canceled in expression evaluation");
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        return switch (e.getCause()) {
            case ApiException a when a.error() == ApiError.TIMEOUT || a.error() == ApiError.CANCELED -> a;
            case ApiException a -> new ApiException(a.error(), "expanding series: " + a.text(), a);
            case RuntimeException r -> new ApiException(ApiError.INTERNAL, "expanding series: " + r.getMessage(), r);
            case null, default -> new IllegalStateException("bug: select failed", e);
        };
    }

    SeriesSet of(Selector selector) {
        SeriesSet set = sets.get(selector);
        if (set == null) {
            throw new IllegalStateException("bug: nothing was selected for " + selector.matchers());
        }
        return set;
    }

    /// Selects something more in the middle of an evaluation.
    SeriesSet more(SeriesSource.Selection selection) {
        SeriesSet set = context.source.select(selection);
        open.add(set);
        return set;
    }

    private void collect(PlanNode node, Grid grid, String function, boolean sorted) {
        if (grid.steps() == 0) {
            grid = new Grid(grid.startMs(), grid.stepMs(), 1);
        }
        switch (node) {
            case PlanNode.InstantSelect(Selector s) -> {
                boolean smoothed = s.mode() == RangeMode.SMOOTHED;
                long right = smoothed ? context.lookbackMs : 0;
                add(s, grid, context.lookbackMs, right, function, 0, sorted);
            }
            case PlanNode.RangeSelect(Selector s, long range, var _) -> {
                long left = range + (s.mode() == RangeMode.PLAIN ? 0 : context.lookbackMs);
                long right = s.mode() == RangeMode.SMOOTHED ? context.lookbackMs : 0;
                add(s, grid, left, right, function, range, sorted);
            }
            case PlanNode.Subquery s -> collect(s.inner(), Evaluator.subqueryGrid(s, grid), function, sorted);
            case PlanNode.Invariant i -> collect(i.inner(), grid.first(), function, sorted);
            case PlanNode.Aggregate a -> {
                boolean anyOrder = a.operator() != Aggregator.TOPK
                        && a.operator() != Aggregator.BOTTOMK
                        && a.operator() != Aggregator.LIMITK;
                PlanNode parameter = a.parameter();
                if (parameter != null) {
                    collect(parameter, grid, function, true);
                }
                // Sorting a million series is dear, sorting the groups they form is not.
                collect(a.input(), grid, a.operator().text(), !anyOrder);
            }
            case PlanNode.Call c -> {
                for (PlanNode argument : c.arguments()) {
                    if (c.function() == io.pharos.model.promql.Function.INFO
                            && argument != c.arguments().getFirst()) {
                        continue;
                    }
                    collect(argument, grid, c.function().text(), sorted);
                }
            }
            default -> {
                for (PlanNode child : Planner.children(node)) {
                    collect(child, grid, node instanceof PlanNode.VectorBinary ? "" : function, sorted);
                }
            }
        }
    }

    private void add(Selector s, Grid grid, long left, long right, String function, long range, boolean sorted) {
        long first = s.referenceMs(grid.at(0)) - left + 1;
        long last = s.referenceMs(grid.lastMs()) + right;
        long step = grid.steps() > 1 ? grid.stepMs() : 0;
        boolean latest = range == 0
                && s.mode() != RangeMode.SMOOTHED
                && s.referenceMs(grid.at(0)) == s.referenceMs(grid.lastMs());
        for (Request known : requests) {
            if (known.matchers.equals(s.matchers()) && known.firstMs <= last && first <= known.lastMs) {
                known.firstMs = Math.min(known.firstMs, first);
                known.lastMs = Math.max(known.lastMs, last);
                SelectHints h = known.hints;
                known.hints = new SelectHints(
                        h.stepMs(),
                        h.function().equals(function) ? function : "",
                        Math.max(h.rangeMs(), range),
                        h.latestOnly() && latest,
                        false,
                        h.asStored() || sorted);
                known.users.add(s);
                return;
            }
        }
        var request =
                new Request(s.matchers(), first, last, new SelectHints(step, function, range, latest, false, sorted));
        request.users.add(s);
        requests.add(request);
    }

    @Override
    public void close() {
        for (SeriesSet set : open) {
            set.close();
        }
        open.clear();
    }
}
