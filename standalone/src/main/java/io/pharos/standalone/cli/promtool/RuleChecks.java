package io.pharos.standalone.cli.promtool;

import io.pharos.model.config.ConfigException;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.RuleFile;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.promql.PromqlParser;
import io.pharos.rule.group.GroupSpec;
import io.pharos.rule.group.RuleFiles;
import io.pharos.rule.group.RuleSpec;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Checks files of rules and says what is wrong with them.
final class RuleChecks {
    private record NameAndLabels(String name, Map<String, String> labels) {}

    private final PrintStream out;
    private final PrintStream err;
    private final RuleFiles files;
    private final boolean findDuplicates;
    private boolean lintFailed;

    RuleChecks(PrintStream out, PrintStream err, FeatureFlags features, boolean findDuplicates) {
        this.out = out;
        this.err = err;
        this.files = new RuleFiles(new PromqlParser(features), Duration.ofMinutes(1), Duration.ZERO);
        this.findDuplicates = findDuplicates;
    }

    /// Whether the linter complained of a file that can be loaded.
    boolean lintFailed() {
        return lintFailed;
    }

    boolean check(Path file) {
        return check(file.toString(), () -> new ConfigLoader().rules(file));
    }

    /// Whether the file can be loaded.
    boolean check(String name, CheckCommand.Reading reading) {
        RuleFile file;
        try {
            file = reading.read();
        } catch (ConfigException e) {
            err.println("  FAILED:");
            err.println(e.getMessage());
            return false;
        }
        var errors = new ArrayList<String>();
        List<GroupSpec> groups = files.groups(List.of(file), errors);
        if (!errors.isEmpty()) {
            err.println("  FAILED:");
            errors.forEach(err::println);
            return false;
        }
        List<NameAndLabels> duplicates = findDuplicates ? duplicates(groups) : List.of();
        if (!duplicates.isEmpty()) {
            lintFailed = true;
            err.println("  FAILED:");
            err.println(complaint(duplicates));
            return true;
        }
        int rules = groups.stream().mapToInt(group -> group.rules().size()).sum();
        out.println("  SUCCESS: " + rules + " rules found");
        return true;
    }

    private static List<NameAndLabels> duplicates(List<GroupSpec> groups) {
        var counts = new LinkedHashMap<NameAndLabels, Integer>();
        for (GroupSpec group : groups) {
            for (RuleSpec rule : group.rules()) {
                counts.merge(new NameAndLabels(rule.name(), rule.labels()), 1, Integer::sum);
            }
        }
        var duplicates = new ArrayList<NameAndLabels>();
        counts.forEach((rule, count) -> {
            for (int i = 1; i < count; i++) {
                duplicates.add(rule);
            }
        });
        return duplicates;
    }

    private static String complaint(List<NameAndLabels> duplicates) {
        var text = new StringBuilder("lint error " + duplicates.size() + " duplicate rule(s) found.\n");
        for (NameAndLabels rule : duplicates) {
            text.append("Metric: ").append(rule.name()).append("\nLabel(s):\n");
            rule.labels().forEach((label, value) -> text.append('\t')
                    .append(label)
                    .append(": ")
                    .append(value)
                    .append('\n'));
        }
        return text + "Might cause inconsistency while recording expressions";
    }
}
