package io.pharos.query.operator;

import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.sample.TimeRange;
import io.pharos.query.function.EvaluationException;
import io.pharos.query.plan.PlanNode;
import io.pharos.query.plan.Planner;
import io.pharos.query.plan.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// `info(v, {…})`: adds the labels of info series (`target_info`) that have the same `instance` and `job`.
final class InfoJoin {
    private static final List<String> IDENTIFYING = List.of("instance", "job");
    private static final LabelPick IDENTITY = LabelPick.keeping(IDENTIFYING);

    private final QueryContext context;
    private final Selections selections;
    private final Grid grid;

    InfoJoin(QueryContext context, Selections selections, Grid grid) {
        this.context = context;
        this.selections = selections;
        this.grid = grid;
    }

    /// Which time info series are looked up at: that of the first selector below the first argument.
    private record Reference(@Nullable Long atMs, long offsetMs) {}

    /// @param matchers the second argument, null if there is none
    SeriesTable join(PlanNode argument, @Nullable PlanNode matchers, SeriesTable base, Tally tally) {
        var nameMatchers = new ArrayList<Matcher>();
        var dataMatchers = new LinkedHashMap<String, List<Matcher>>();
        if (matchers != null) {
            PlanNode bare = matchers instanceof PlanNode.Invariant(PlanNode inner) ? inner : matchers;
            if (bare instanceof PlanNode.InstantSelect(Selector selector)) {
                for (Matcher m : selector.matchers()) {
                    if (m.name().equals(Labels.METRIC_NAME)) {
                        nameMatchers.add(m);
                    } else {
                        dataMatchers
                                .computeIfAbsent(m.name(), _ -> new ArrayList<>())
                                .add(m);
                    }
                }
            }
        }
        List<Matcher> names = effectiveNames(nameMatchers);
        var ignored = new boolean[base.rows];
        for (int row = 0; row < base.rows; row++) {
            String name = base.labels[row].metricName();
            ignored[row] = names.stream().allMatch(m -> m.matches(name));
        }
        SeriesTable info = infoSeries(argument, names, dataMatchers, base, ignored, tally);
        return combine(base, ignored, info, dataMatchers);
    }

    private static List<Matcher> effectiveNames(List<Matcher> given) {
        if (given.isEmpty()) {
            return List.of(Matcher.equal(Labels.METRIC_NAME, "target_info"));
        }
        boolean positive =
                given.stream().anyMatch(m -> m.type() == Matcher.Type.EQUAL || m.type() == Matcher.Type.REGEX);
        if (positive) {
            return given;
        }
        var all = new ArrayList<Matcher>();
        all.add(Matcher.regex(Labels.METRIC_NAME, ".+_info"));
        all.addAll(given);
        return all;
    }

    private SeriesTable infoSeries(
            PlanNode argument,
            List<Matcher> names,
            Map<String, List<Matcher>> dataMatchers,
            SeriesTable base,
            boolean[] ignored,
            Tally tally) {
        var values = new TreeMap<String, TreeSet<String>>();
        for (int row = 0; row < base.rows; row++) {
            if (ignored[row]) {
                continue;
            }
            for (String name : IDENTIFYING) {
                String value = base.labels[row].get(name);
                if (!value.isEmpty()) {
                    values.computeIfAbsent(name, _ -> new TreeSet<>()).add(value);
                }
            }
        }
        if (values.isEmpty()) {
            return SeriesTable.empty(grid);
        }
        var all = new ArrayList<Matcher>();
        values.forEach((name, of) -> all.add(Matcher.regex(
                name,
                String.join("|", of.stream().map(com.google.re2j.Pattern::quote).toList()))));
        dataMatchers.values().forEach(all::addAll);
        all.addAll(names);
        Reference reference = reference(argument, null, 0);
        if (reference == null) {
            reference = new Reference(null, 0);
        }
        var selector =
                new Selector(all, reference.offsetMs(), reference.atMs(), RangeMode.PLAIN, false, argument.span());
        long first = selector.referenceMs(grid.at(0)) - context.lookbackMs + 1;
        long last = selector.referenceMs(grid.lastMs());
        SeriesSet set = selections.more(new SeriesSource.Selection(
                new TimeRange(first, last), all, new SelectHints(grid.stepMs(), "info", 0, false, true)));
        return new SeriesStream(
                        context,
                        new RowSource.Selected(set, null),
                        grid,
                        () -> new InstantFiller(context, set, grid, selector, InstantFiller.Kind.INFO_TIME, tally),
                        List.of(),
                        SeriesStream.Drop.NONE,
                        false,
                        RowStreams.INSTANT_ROWS)
                .collect();
    }

    private static @Nullable Reference reference(PlanNode node, @Nullable Long at, long offset) {
        return switch (node) {
            case PlanNode.InstantSelect(Selector s) -> reference(s, at, offset);
            case PlanNode.RangeSelect(Selector s, var _, var _) -> reference(s, at, offset);
            case PlanNode.Subquery s -> {
                // What lies further out counts only as long as nothing further in says when.
                Long outerAt = s.atMs() == null ? at : s.atMs();
                long outerOffset = s.atMs() == null ? offset + s.offsetMs() : s.offsetMs();
                yield reference(s.inner(), outerAt, outerOffset);
            }
            default -> {
                Reference found = null;
                for (PlanNode child : Planner.children(node)) {
                    found = reference(child, at, offset);
                    if (found != null) {
                        break;
                    }
                }
                yield found;
            }
        };
    }

    private static Reference reference(Selector s, @Nullable Long at, long offset) {
        return s.atMs() == null ? new Reference(at, s.offsetMs() + offset) : new Reference(s.atMs(), s.offsetMs());
    }

    private SeriesTable combine(
            SeriesTable base, boolean[] ignored, SeriesTable info, Map<String, List<Matcher>> dataMatchers) {
        int steps = grid.steps();
        // Info series by identity, then by name: at each step the newest of each name counts.
        var byIdentity = new HashMap<Labels, Map<String, List<Integer>>>();
        for (int row = 0; row < info.rows; row++) {
            byIdentity
                    .computeIfAbsent(IDENTITY.of(info.labels[row]), _ -> new TreeMap<>())
                    .computeIfAbsent(info.labels[row].metricName(), _ -> new ArrayList<>())
                    .add(row);
        }
        boolean emptyAllowed =
                dataMatchers.values().stream().allMatch(list -> list.stream().allMatch(Matcher::matchesEmpty));
        var builder = new TableBuilder(grid);
        for (int row = 0; row < base.rows; row++) {
            context.check();
            SeriesBlock block = base.block(row);
            int cell = base.firstCell(row);
            Map<String, List<Integer>> candidates =
                    ignored[row] ? Map.of() : byIdentity.getOrDefault(IDENTITY.of(base.labels[row]), Map.of());
            for (int step = 0; step < steps; step++) {
                if (!block.has(cell + step)) {
                    continue;
                }
                Labels labels = base.labels[row];
                if (!ignored[row]) {
                    labels = enriched(labels, candidates, info, step, dataMatchers, emptyAllowed);
                    if (labels == null) {
                        continue;
                    }
                }
                builder.set(builder.row(labels, base.dropName.get(row)), step, block, cell + step);
            }
        }
        return builder.build();
    }

    private static @Nullable Labels enriched(
            Labels base,
            Map<String, List<Integer>> candidates,
            SeriesTable info,
            int step,
            Map<String, List<Matcher>> dataMatchers,
            boolean emptyAllowed) {
        var added = new LabelsBuilder();
        boolean any = false;
        for (List<Integer> rows : candidates.values()) {
            int newest = newest(rows, info, step);
            if (newest < 0) {
                continue;
            }
            any = true;
            for (Label label : info.labels[newest]) {
                if (label.name().equals(Labels.METRIC_NAME)
                        || !dataMatchers.isEmpty() && !dataMatchers.containsKey(label.name())) {
                    continue;
                }
                String known = added.get(label.name());
                if (!known.isEmpty() && !known.equals(label.value())) {
                    throw new EvaluationException("conflicting label: " + label.name());
                }
                if (!base.has(label.name())) {
                    added.set(label.name(), label.value());
                }
            }
        }
        if (!any && !emptyAllowed) {
            return null;
        }
        Labels more = added.build();
        if (more.isEmpty()) {
            return base;
        }
        var result = new LabelsBuilder(base);
        for (Label label : more) {
            result.set(label.name(), label.value());
        }
        return result.build();
    }

    private static int newest(List<Integer> rows, SeriesTable info, int step) {
        int newest = -1;
        double newestMs = 0;
        for (int row : rows) {
            SeriesBlock block = info.block(row);
            int cell = info.firstCell(row) + step;
            if (!block.has(cell)) {
                continue;
            }
            double ms = block.values[cell];
            if (newest >= 0 && ms == newestMs) {
                throw new EvaluationException("found duplicate series for info metric: existing "
                        + info.labels[newest] + " @ " + (long) newestMs + ", new " + info.labels[row] + " @ "
                        + (long) ms);
            }
            if (newest < 0 || ms > newestMs) {
                newest = row;
                newestMs = ms;
            }
        }
        return newest;
    }
}
