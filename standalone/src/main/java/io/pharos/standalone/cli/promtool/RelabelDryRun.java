package io.pharos.standalone.cli.promtool;

import io.pharos.model.config.ConfigException;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.ScrapeConfig;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.relabel.RelabelRule;
import io.pharos.model.relabel.Relabeler;
import io.pharos.model.text.GoText;
import io.pharos.scraper.target.TargetRules;
import io.pharos.scraper.target.TargetSets;
import io.pharos.scraper.target.TargetSets.Made;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Shows what becomes of a target that does not exist: what the scraper makes of its labels, without scraping it.
final class RelabelDryRun {
    private final PrintStream out;
    private final PrintStream err;

    RelabelDryRun(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Exit status 0 where the target is scraped or dropped, 1 where it can't be one or nothing can be said.
    int run(Path file, String job, List<String> pairs, FeatureFlags features) {
        List<ScrapeConfig> jobs;
        try {
            jobs = new ConfigLoader().prometheus(file).config().jobs();
        } catch (ConfigException e) {
            err.println("FAILED: " + e.getMessage());
            return 1;
        }
        Optional<ScrapeConfig> found =
                jobs.stream().filter(one -> one.jobName().equals(job)).findFirst();
        if (found.isEmpty()) {
            err.println("FAILED: " + file + " has no job " + GoText.quote(job) + ", but "
                    + String.join(", ", jobs.stream().map(ScrapeConfig::jobName).toList()));
            return 1;
        }
        var labels = new LabelsBuilder();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                err.println("FAILED: " + GoText.quote(pair) + " is no label; write NAME=VALUE");
                return 1;
            }
            labels.set(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return show(TargetRules.of(found.get(), features), labels);
    }

    private int show(TargetRules rules, LabelsBuilder found) {
        var discovered = TargetSets.discovered(rules, found.build());
        out.println("discovered: " + discovered);
        int n = 0;
        for (Relabeler.Step step : rules.relabeler().steps(discovered)) {
            out.println("rule " + n++ + ", " + text(step.rule()) + ": " + (step.kept() ? step.output() : "dropped"));
        }
        return switch (TargetSets.make(rules, found.build())) {
            case Made.Active(var target) -> {
                out.println("scraped: " + target.url() + " every " + target.interval() + ", timeout " + target.timeout()
                        + ", as " + target.labels());
                yield 0;
            }
            case Made.Left(var dropped) -> {
                out.println("dropped by rule " + dropped.rule());
                yield 0;
            }
            case Made.Failed(String why) -> {
                out.println("no target: " + why);
                yield 1;
            }
        };
    }

    private static String text(RelabelRule rule) {
        var text = new StringBuilder(rule.action().text());
        if (!rule.sourceLabels().isEmpty()) {
            text.append(' ').append(rule.sourceLabels());
        }
        text.append(" regex ").append(GoText.quote(rule.regex().text()));
        if (!rule.targetLabel().isEmpty()) {
            text.append(" to ").append(rule.targetLabel());
        }
        return text.toString();
    }
}
