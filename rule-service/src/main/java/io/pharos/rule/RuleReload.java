package io.pharos.rule;

import io.pharos.discovery.TargetSource;
import io.pharos.discovery.TargetSources;
import io.pharos.model.config.AlertmanagerTarget;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.promql.PromqlParser;
import io.pharos.rule.group.GroupSpec;
import io.pharos.rule.group.RuleFiles;
import io.pharos.rule.group.RuleGroups;
import io.pharos.rule.group.TemplateTexts;
import io.pharos.rule.send.AlertQueue;
import io.pharos.runtime.reload.Reloadable;
import java.util.ArrayList;
import java.util.List;

/// What `prometheus.yml` says of rules and alerting. Any error in any rule file refuses the whole configuration.
final class RuleReload implements Reloadable<PrometheusConfig> {
    private final RuleGroups groups;
    private final AlertQueue queue;
    private final TargetSources sources;
    private final PromqlParser parser;
    private final QueryEvaluator evaluator;
    private final String externalUrl;

    RuleReload(
            RuleGroups groups,
            AlertQueue queue,
            TargetSources sources,
            PromqlParser parser,
            QueryEvaluator evaluator,
            String externalUrl) {
        this.groups = groups;
        this.queue = queue;
        this.sources = sources;
        this.parser = parser;
        this.evaluator = evaluator;
        this.externalUrl = externalUrl;
    }

    @Override
    public Runnable prepare(PrometheusConfig config) {
        var errors = new ArrayList<String>();
        var files = new RuleFiles(
                parser, config.global().evaluationInterval(), config.global().ruleQueryOffset());
        List<GroupSpec> specs = files.groups(new ConfigLoader().rules(config), errors);
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(
                    "error loading rules, previous rule set restored: " + String.join("\n", errors));
        }
        var texts = new TemplateTexts(specs, config.global().externalLabels(), externalUrl, evaluator);
        var ofEntries = new ArrayList<List<TargetSource>>();
        for (AlertmanagerTarget target : config.alerting().alertmanagers()) {
            ofEntries.add(sources.of(target.discovery()));
        }
        Runnable sending = queue.prepare(
                new AlertQueue.Sending(config.alerting(), config.global().externalLabels(), ofEntries));
        return () -> {
            sending.run();
            groups.apply(specs, texts);
        };
    }
}
