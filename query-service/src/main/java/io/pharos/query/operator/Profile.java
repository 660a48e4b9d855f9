package io.pharos.query.operator;

import io.pharos.model.labels.Matcher;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.text.GoText;
import io.pharos.query.plan.PlanNode;
import io.pharos.query.plan.Planner;
import io.pharos.query.plan.Selector;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Collects what the nodes of a plan do. For the query's own thread.
final class Profile {
    private static final class Figures {
        private long rows;
        private long samples;
        private long nanos;
    }

    private final Map<PlanNode, Figures> figures = new IdentityHashMap<>();

    void note(PlanNode node, long rows, long samples, long nanos) {
        Figures of = figures.computeIfAbsent(node, _ -> new Figures());
        of.rows += rows;
        of.samples += samples;
        of.nanos += nanos;
    }

    /// The plan with the figures of each node.
    NodeFigures tree(PlanNode node) {
        var inputs = new ArrayList<NodeFigures>();
        for (PlanNode child : Planner.children(node)) {
            inputs.add(tree(child));
        }
        @Nullable Figures of = figures.get(node);
        boolean leaf = node instanceof PlanNode.Constant || node instanceof PlanNode.Text;
        long rows = of == null ? 0 : of.rows;
        long samples = of == null ? 0 : of.samples;
        return new NodeFigures(
                operation(node),
                of == null && !leaf,
                rows,
                samples,
                samples * Double.BYTES,
                of == null ? 0 : of.nanos,
                inputs);
    }

    private static String operation(PlanNode node) {
        return switch (node) {
            case PlanNode.Constant c -> "constant " + GoText.general(c.value());
            case PlanNode.Text t -> "text " + GoText.quote(t.value());
            case PlanNode.InstantSelect(Selector s) -> "select " + selector(s);
            case PlanNode.RangeSelect(Selector s, long range, var _) ->
                "select " + selector(s) + "[" + GoText.promDuration(range) + "]";
            case PlanNode.Subquery s ->
                "subquery [" + GoText.promDuration(s.rangeMs()) + ":" + GoText.promDuration(s.stepMs()) + "]"
                        + when(s.atMs(), s.offsetMs());
            case PlanNode.Invariant _ -> "once for all steps";
            case PlanNode.Negate _ -> "negate";
            case PlanNode.ScalarBinary b -> "scalar " + b.operator().symbol();
            case PlanNode.VectorScalar b ->
                "vector " + b.operator().symbol() + " scalar" + (b.returnBool() ? " bool" : "");
            case PlanNode.VectorBinary b ->
                "vector " + b.operator().symbol() + " vector" + (b.returnBool() ? " bool" : "") + " "
                        + (b.matching().on() ? "on " : "ignoring ")
                        + b.matching().labels() + " "
                        + b.matching().cardinality().text();
            case PlanNode.Aggregate a -> a.operator().text() + (a.without() ? " without " : " by ") + a.grouping();
            case PlanNode.Call c -> "function " + c.function().text();
        };
    }

    private static String selector(Selector s) {
        List<String> matchers = s.matchers().stream().map(Matcher::toString).toList();
        return "{" + String.join(",", matchers) + "}"
                + when(s.atMs(), s.offsetMs())
                + (s.mode() == RangeMode.PLAIN ? "" : " " + s.mode().name().toLowerCase(java.util.Locale.ROOT))
                + (s.statsOnly() ? " count and sum alone" : "");
    }

    private static String when(@Nullable Long atMs, long offsetMs) {
        return (atMs == null ? "" : " @ " + GoText.fixed(atMs / 1000.0, 3))
                + (offsetMs == 0 ? "" : " offset " + GoText.promDuration(offsetMs));
    }
}
