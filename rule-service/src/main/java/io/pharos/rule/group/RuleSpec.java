package io.pharos.rule.group;

import io.pharos.model.promql.Expr;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// A rule as configured, its group's labels merged in.
public sealed interface RuleSpec {
    /// The metric recorded, or the alert's name.
    String name();

    Expr expression();

    /// The expression as the printer prints it.
    String query();

    /// Labels to set; an empty value removes one.
    Map<String, String> labels();

    /// `record:`.
    record Recording(String name, Expr expression, String query, Map<String, String> labels) implements RuleSpec {
        public Recording {
            labels = sorted(labels);
        }
    }

    /// `alert:`. Labels and annotations are templates.
    ///
    /// @param hold how long the expression must give an element before its alert fires (`for`)
    /// @param keepFiring how long an alert goes on firing once its element is gone (`keep_firing_for`)
    record Alerting(
            String name,
            Expr expression,
            String query,
            Duration hold,
            Duration keepFiring,
            Map<String, String> labels,
            Map<String, String> annotations)
            implements RuleSpec {
        public Alerting {
            labels = sorted(labels);
            annotations = sorted(annotations);
        }
    }

    private static Map<String, String> sorted(Map<String, String> labels) {
        return Collections.unmodifiableMap(new TreeMap<>(labels));
    }
}
