package io.pharos.rule.group;

import io.pharos.model.config.RuleFile;
import io.pharos.model.promql.Expr;
import io.pharos.model.promql.ParseException;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.promql.PromqlPrinter;
import io.pharos.model.template.RuleTemplate;
import io.pharos.model.template.TemplateException;
import io.pharos.model.text.GoText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Makes groups of rule files: fills in defaults, parses expressions, checks templates.
public final class RuleFiles {
    private final PromqlParser parser;
    private final Duration interval;
    private final Duration queryOffset;

    /// @param interval of groups that have none (`evaluation_interval`)
    /// @param queryOffset of groups that have none (`rule_query_offset`)
    public RuleFiles(PromqlParser parser, Duration interval, Duration queryOffset) {
        this.parser = parser;
        this.interval = interval;
        this.queryOffset = queryOffset;
    }

    /// The groups of the files, in order. What is wrong with rules is added to `errors`, a line each; a rule that
    /// is wrong is left out.
    public List<GroupSpec> groups(List<RuleFile> files, List<String> errors) {
        var groups = new ArrayList<GroupSpec>();
        for (RuleFile file : files) {
            for (RuleFile.RuleGroup group : file.groups()) {
                groups.add(group(file, group, errors));
            }
        }
        return groups;
    }

    private GroupSpec group(RuleFile file, RuleFile.RuleGroup group, List<String> errors) {
        var rules = new ArrayList<RuleSpec>();
        int number = 0;
        for (RuleFile.Rule rule : group.rules()) {
            number++;
            String where = "group " + GoText.quote(group.name()) + ", rule " + number + ", " + GoText.quote(rule.name())
                    + ": ";
            int before = errors.size();
            var labels = new TreeMap<>(group.labels());
            labels.putAll(rule.labels());
            Expr expression = null;
            try {
                expression = parser.parse(rule.expr());
            } catch (ParseException e) {
                errors.add(file.path() + ": "
                        + rule.exprAt() + ": " + where
                        + "could not parse expression: " + e.getMessage());
            }
            if (!rule.isRecording()) {
                String inFile = file.path() + ": " + where;
                checkTemplates("label", rule.alert(), rule.labels(), inFile, errors);
                checkTemplates("annotation", rule.alert(), rule.annotations(), inFile, errors);
            }
            if (expression != null && errors.size() == before) {
                rules.add(rule(rule, expression, labels));
            }
        }
        return new GroupSpec(
                file.path(),
                group.name(),
                group.interval().isZero() ? interval : group.interval(),
                group.queryOffset().orElse(queryOffset),
                (int) Math.min(group.limit(), Integer.MAX_VALUE),
                rules);
    }

    private static RuleSpec rule(RuleFile.Rule rule, Expr expression, Map<String, String> labels) {
        String query = PromqlPrinter.print(expression);
        return rule.isRecording()
                ? new RuleSpec.Recording(rule.record(), expression, query, labels)
                : new RuleSpec.Alerting(
                        rule.alert(),
                        expression,
                        query,
                        rule.holdFor(),
                        rule.keepFiringFor(),
                        labels,
                        rule.annotations());
    }

    private static void checkTemplates(
            String kind, String alert, Map<String, String> texts, String where, List<String> errors) {
        texts.forEach((name, text) -> {
            try {
                RuleTemplate.parse(alert, text);
            } catch (TemplateException e) {
                // As Prometheus tells it here; a failure to expand names the template.
                String why = e.text().replace("error parsing template __alert_" + alert + ": ", "");
                errors.add(where + kind + " " + GoText.quote(name) + ": " + why);
            }
        });
    }
}
