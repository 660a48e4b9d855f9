package io.pharos.rule.group;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.promql.Expr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Cuts a group's rules into runs of consecutive rules of which none reads what another of the run writes.
///
/// What the rules of a run give is appended together: one batch a group where its rules do not build on each
/// other. With `concurrent-rule-eval` the rules of a run are evaluated in parallel.
final class RuleBatches {
    private static final String ALERTS = "ALERTS";
    private static final String ALERTS_FOR_STATE = "ALERTS_FOR_STATE";

    private RuleBatches() {}

    /// The runs, as sizes; their sum is the number of rules.
    static List<Integer> cut(List<RuleSpec> rules) {
        var sizes = new ArrayList<Integer>();
        var written = new HashSet<String>();
        int size = 0;
        for (RuleSpec rule : rules) {
            var read = new Reads();
            read.add(rule.expression());
            if (rule instanceof RuleSpec.Alerting alerting && asksQueries(alerting)) {
                read.everything = true;
            }
            if (size > 0 && read.meets(written)) {
                sizes.add(size);
                size = 0;
                written.clear();
            }
            size++;
            switch (rule) {
                case RuleSpec.Recording recording -> written.add(recording.name());
                case RuleSpec.Alerting _ -> {
                    written.add(ALERTS);
                    written.add(ALERTS_FOR_STATE);
                }
            }
        }
        if (size > 0) {
            sizes.add(size);
        }
        return sizes;
    }

    private static boolean asksQueries(RuleSpec.Alerting rule) {
        return rule.labels().values().stream().anyMatch(text -> text.contains("query"))
                || rule.annotations().values().stream().anyMatch(text -> text.contains("query"));
    }

    private static final class Reads {
        final Set<String> names = new HashSet<>();
        boolean everything;

        boolean meets(Set<String> written) {
            return everything || names.stream().anyMatch(written::contains);
        }

        void add(Expr expression) {
            switch (expression) {
                case Expr.NumberLiteral _, Expr.StringLiteral _ -> {}
                case Expr.VectorSelector selector -> addSelector(selector);
                case Expr.MatrixSelector matrix -> addSelector(matrix.selector());
                case Expr.Subquery subquery -> add(subquery.expr());
                case Expr.Unary unary -> add(unary.expr());
                case Expr.Paren paren -> add(paren.expr());
                case Expr.Binary binary -> {
                    add(binary.left());
                    add(binary.right());
                }
                case Expr.Aggregation aggregation -> {
                    add(aggregation.expr());
                    Expr parameter = aggregation.parameter();
                    if (parameter != null) {
                        add(parameter);
                    }
                }
                case Expr.Call call -> call.arguments().forEach(this::add);
            }
        }

        private void addSelector(Expr.VectorSelector selector) {
            boolean named = false;
            for (Matcher matcher : selector.matchers()) {
                if (matcher.name().equals(Labels.METRIC_NAME) && matcher.type() == Matcher.Type.EQUAL) {
                    names.add(matcher.value());
                    named = true;
                }
            }
            if (!named) {
                everything = true;
            }
        }
    }
}
