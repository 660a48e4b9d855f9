package io.pharos.rule.group;

import io.pharos.model.labels.Labels;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a group and its rules are at, as of the last evaluation.
///
/// @param lastEvaluation when the last iteration began; [Instant#MIN] before the first
/// @param rules in the order of the file
public record GroupStatus(GroupSpec spec, double evaluationSeconds, Instant lastEvaluation, List<RuleStatus> rules) {
    public GroupStatus {
        rules = List.copyOf(rules);
    }

    /// One rule of it.
    ///
    /// @param lastEvaluation [Instant#MIN] before the first
    /// @param state of an alerting rule the gravest among its alerts; meaningless for a recording rule
    /// @param alerts pending and firing ones
    public record RuleStatus(
            RuleSpec spec,
            Health health,
            double evaluationSeconds,
            Instant lastEvaluation,
            AlertState state,
            List<AlertStatus> alerts) {
        public RuleStatus {
            alerts = List.copyOf(alerts);
        }
    }

    /// One pending or firing alert.
    public record AlertStatus(
            Labels labels,
            Map<String, String> annotations,
            AlertState state,
            Instant activeAt,
            Optional<Instant> keepFiringSince,
            double value) {}
}
