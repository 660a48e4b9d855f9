package io.pharos.rule.group;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.port.QueryResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// `record:`: names and labels the elements of a result.
final class RecordingRule {
    private final RuleSpec.Recording spec;

    RecordingRule(RuleSpec.Recording spec) {
        this.spec = spec;
    }

    RuleOutcome outcome(List<QueryResult.Element> elements, int limit) {
        var samples = new ArrayList<RuleSample>(elements.size());
        var seen = new HashSet<Labels>();
        var builder = new LabelsBuilder();
        for (QueryResult.Element element : elements) {
            builder.reset(element.labels()).set(Labels.METRIC_NAME, spec.name());
            spec.labels().forEach(builder::set);
            Labels labels = builder.build();
            if (!seen.add(labels)) {
                return new RuleOutcome.Failed(
                        "vector contains metrics with the same labelset after applying rule labels");
            }
            samples.add(new RuleSample(labels, element.value(), element.histogram()));
        }
        if (limit > 0 && samples.size() > limit) {
            return new RuleOutcome.Failed("exceeded limit of " + limit + " with " + samples.size() + " series");
        }
        return new RuleOutcome.Samples(samples);
    }
}
