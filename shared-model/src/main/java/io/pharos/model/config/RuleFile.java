package io.pharos.model.config;

import io.pharos.model.labels.Labels;
import io.pharos.model.text.GoText;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A file of rule groups. File and group name together name a group.
///
/// @param path as the glob found it
public record RuleFile(@Key(form = Key.Form.UNWRITTEN) String path, List<RuleGroup> groups) {
    /// A group of rules.
    ///
    /// @param interval zero for the global `evaluation_interval`
    /// @param queryOffset absent for the global `rule_query_offset`
    /// @param limit most series or alerts of a rule, 0 for none
    public record RuleGroup(
            String name,
            Duration interval,
            Optional<Duration> queryOffset,
            long limit,
            Map<String, String> labels,
            List<Rule> rules) {
        public RuleGroup {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("Groupname must not be empty");
            }
            checkLabels(labels);
        }
    }

    /// A recording rule (`record`) or an alerting rule (`alert`), as written.
    ///
    /// @param exprAt line and column of `expr` in the file
    /// @param holdFor `for`
    public record Rule(
            String record,
            String alert,
            String expr,
            @Key(value = "expr", form = Key.Form.PLACE) String exprAt,
            @Key("for") Duration holdFor,
            Duration keepFiringFor,
            Map<String, String> labels,
            Map<String, String> annotations) {
        public Rule {
            if (!record.isEmpty() && !alert.isEmpty()) {
                throw new BadField("record", "only one of 'record' and 'alert' must be set");
            }
            if (record.isEmpty() && alert.isEmpty()) {
                throw new IllegalArgumentException("one of 'record' or 'alert' must be set");
            }
            if (expr.isEmpty()) {
                throw new IllegalArgumentException("field 'expr' must be set in rule");
            }
            if (!record.isEmpty()) {
                if (!annotations.isEmpty()) {
                    throw new BadField("annotations", "invalid field 'annotations' in recording rule");
                }
                if (!holdFor.isZero()) {
                    throw new BadField("for", "invalid field 'for' in recording rule");
                }
                if (!keepFiringFor.isZero()) {
                    throw new BadField("keep_firing_for", "invalid field 'keep_firing_for' in recording rule");
                }
                if (record.indexOf('{') >= 0 || record.indexOf('}') >= 0) {
                    throw new BadField(
                            "record", "braces present in the recording rule name; should it be in expr?: " + record);
                }
            }
            checkLabels(labels);
            for (String name : annotations.keySet()) {
                if (name.isEmpty()) {
                    throw new BadField("annotations", "invalid annotation name: " + name);
                }
            }
        }

        public boolean isRecording() {
            return !record.isEmpty();
        }

        /// The name of the series or the alert.
        public String name() {
            return isRecording() ? record : alert;
        }
    }

    public RuleFile {
        var names = new HashSet<String>();
        for (RuleGroup group : groups) {
            if (!names.add(group.name())) {
                throw new BadField(
                        "groups", "groupname: " + GoText.quote(group.name()) + " is repeated in the same file");
            }
        }
    }

    private static void checkLabels(Map<String, String> labels) {
        for (String name : labels.keySet()) {
            if (name.isEmpty() || name.equals(Labels.METRIC_NAME)) {
                throw new BadField("labels", "invalid label name: " + name);
            }
        }
    }
}
