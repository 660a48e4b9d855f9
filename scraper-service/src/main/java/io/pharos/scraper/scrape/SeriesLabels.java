package io.pharos.scraper.scrape;

import io.pharos.model.exposition.ExposedLabels;
import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// Makes the labels a series is stored under of those a target exposes: the target's own labels, then
/// `metric_relabel_configs`, then checks. Not thread-safe.
final class SeriesLabels {
    private final SampleRules rules;
    private final Labels target;
    private final LabelsBuilder builder = new LabelsBuilder();

    SeriesLabels(SampleRules rules, Labels target) {
        this.rules = rules;
        this.target = target;
    }

    /// The final labels; null where relabelling drops the series.
    ///
    /// @throws ScrapeFailure where the series fails the scrape
    @Nullable
    Labels of(ExposedLabels exposed) {
        builder.reset(Labels.EMPTY);
        String repeated = exposed.repeated();
        String repeatedValue = exposed.get(repeated);
        for (int i = exposed.size() - 1; i >= 0; i--) {
            builder.put(exposed.name(i), exposed.value(i));
        }
        for (int i = 0; i < exposed.size() && !repeated.isEmpty(); i++) {
            if (exposed.value(i).isEmpty()) {
                builder.remove(exposed.name(i));
            }
        }
        addTargetLabels(exposed);
        if (!rules.relabeler().apply(builder)) {
            return null;
        }
        Labels labels = builder.build();
        if (labels.isEmpty()) {
            return null;
        }
        check(labels);
        if (!repeated.isEmpty()
                && !repeatedValue.isEmpty()
                && labels.get(repeated).equals(repeatedValue)) {
            throw new ScrapeFailure("label name " + GoText.quote(repeated) + " is not unique: invalid sample");
        }
        return labels;
    }

    private void addTargetLabels(ExposedLabels exposed) {
        if (rules.honorLabels()) {
            for (Label label : target) {
                if (!exposed.has(label.name())) {
                    builder.put(label.name(), label.value());
                }
            }
            return;
        }
        ArrayList<Label> conflicts = null;
        for (Label label : target) {
            String existing = exposed.get(label.name());
            if (!existing.isEmpty()) {
                if (conflicts == null) {
                    conflicts = new ArrayList<>();
                }
                conflicts.add(new Label(label.name(), existing));
            }
            builder.put(label.name(), label.value());
        }
        if (conflicts != null) {
            // The shortest first, so that `exported_x` of the target keeps its place before `x` is moved there.
            conflicts.sort(Comparator.comparingInt(label -> label.name().length()));
            for (Label label : conflicts) {
                String name = "exported_" + label.name();
                while (!builder.get(name).isEmpty()) {
                    name = "exported_" + name;
                }
                builder.set(name, label.value());
            }
        }
    }

    private void check(Labels labels) {
        String metric = labels.metricName();
        if (metric.isEmpty()) {
            throw new ScrapeFailure("missing metric name (__name__ label)");
        }
        // The first of all names where there is one.
        boolean valid = labels.get("").isEmpty();
        int count = 0;
        boolean limited =
                rules.labelLimit() > 0 || rules.labelNameLengthLimit() > 0 || rules.labelValueLengthLimit() > 0;
        if (rules.legacyNames() || limited) {
            if (rules.legacyNames()) {
                valid &= Labels.isLegacyMetricName(metric);
            }
            for (Label label : labels) {
                count++;
                valid &= !rules.legacyNames() || Labels.isLegacyName(label.name());
            }
        }
        if (!valid) {
            throw new ScrapeFailure("invalid metric name or label names: " + labels);
        }
        if (!limited) {
            return;
        }
        String shown = cut(metric);
        if (rules.labelLimit() > 0 && count > rules.labelLimit()) {
            throw new ScrapeFailure("label_limit exceeded (metric: " + shown + ", number of labels: " + count
                    + ", limit: " + rules.labelLimit() + ")");
        }
        for (Label label : labels) {
            int nameLength = length(label.name());
            if (rules.labelNameLengthLimit() > 0 && nameLength > rules.labelNameLengthLimit()) {
                throw new ScrapeFailure("label_name_length_limit exceeded (metric: " + shown + ", label name: "
                        + cut(label.name()) + ", length: " + nameLength + ", limit: " + rules.labelNameLengthLimit()
                        + ")");
            }
            int valueLength = length(label.value());
            if (rules.labelValueLengthLimit() > 0 && valueLength > rules.labelValueLengthLimit()) {
                throw new ScrapeFailure("label_value_length_limit exceeded (metric: " + shown + ", label name: "
                        + cut(label.name()) + ", value: " + GoText.quote(cut(label.value())) + ", length: "
                        + valueLength + ", limit: " + rules.labelValueLengthLimit() + ")");
            }
        }
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /// The first 50 characters.
    private static String cut(String text) {
        return text.codePointCount(0, text.length()) <= 50 ? text : text.substring(0, text.offsetByCodePoints(0, 50));
    }
}
