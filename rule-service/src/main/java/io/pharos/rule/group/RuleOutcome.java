package io.pharos.rule.group;

import java.util.List;

/// What a rule makes of a query's result.
sealed interface RuleOutcome {
    record Samples(List<RuleSample> samples) implements RuleOutcome {}

    /// Nothing; with the text that the API shows.
    record Failed(String error) implements RuleOutcome {}
}
