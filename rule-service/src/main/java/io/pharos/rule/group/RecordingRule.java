package io.pharos.rule.group;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.port.QueryResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// `record:`: names and labels the elements of a result.
final class RecordingRule {
    private final RuleSpec.Recording spec;
    /// Labels of the last result's elements with what they became: a series that stays is not put together again.
    private Map<Labels, Labels> named = Map.of();

    RecordingRule(RuleSpec.Recording spec) {
        this.spec = spec;
    }

    RuleOutcome outcome(List<QueryResult.Element> elements, int limit) {
        var samples = new ArrayList<RuleSample>(elements.size());
        var nowNamed = HashMap.<Labels, Labels>newHashMap(elements.size());
        var seen = HashSet.<Labels>newHashSet(elements.size());
        var builder = new LabelsBuilder();
        for (QueryResult.Element element : elements) {
            Labels labels = named.get(element.labels());
            if (labels == null) {
                builder.reset(element.labels()).set(Labels.METRIC_NAME, spec.name());
                spec.labels().forEach(builder::set);
                labels = builder.build();
            }
            nowNamed.put(element.labels(), labels);
            if (!seen.add(labels)) {
                return new RuleOutcome.Failed(
                        "vector contains metrics with the same labelset after applying rule labels");
            }
            samples.add(new RuleSample(labels, element.value(), element.histogram()));
        }
        named = nowNamed;
        if (limit > 0 && samples.size() > limit) {
            return new RuleOutcome.Failed("exceeded limit of " + limit + " with " + samples.size() + " series");
        }
        return new RuleOutcome.Samples(samples);
    }
}
