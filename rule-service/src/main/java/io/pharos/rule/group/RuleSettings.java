package io.pharos.rule.group;

import java.time.Duration;

/// Flags of rule evaluation.
///
/// @param externalUrl where links in alerts lead to, without a slash at its end
/// @param resendDelay least time between two sendings of an alert (`--rules.alert.resend-delay`)
/// @param outageTolerance longest outage over which states are restored (`--rules.alert.for-outage-tolerance`)
/// @param gracePeriod least time that a restored alert still has to wait (`--rules.alert.for-grace-period`)
/// @param concurrentEvaluations rules that are evaluated at once beyond one per group; 0 for none
///     (`--rules.max-concurrent-evals` with `concurrent-rule-eval`)
/// @param lookback of instant queries (`--query.lookback-delta`)
public record RuleSettings(
        String externalUrl,
        Duration resendDelay,
        Duration outageTolerance,
        Duration gracePeriod,
        int concurrentEvaluations,
        Duration lookback) {}
