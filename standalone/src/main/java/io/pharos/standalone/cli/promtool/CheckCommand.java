package io.pharos.standalone.cli.promtool;

import io.pharos.model.config.ConfigException;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.model.config.RuleFile;
import io.pharos.model.port.FeatureFlags;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `check`: whether files can be loaded. Exit status 0 for yes, 1 for no, 3 where only the linter complains and
/// `--lint-fatal` is given.
@Command(name = "check", description = "Check the resources for validity.")
public final class CheckCommand {
    private final PrintStream out;
    private final PrintStream err;

    public CheckCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Command(name = "config", description = "Check if the config files are valid or not.")
    int config(
            @Parameters(arity = "1..*", paramLabel = "FILE", description = "The config files to check.")
                    List<String> files,
            @Option(names = "--syntax-only", description = "Only check the config file syntax, not what it names.")
                    boolean syntaxOnly,
            @Option(names = "--lint", defaultValue = "duplicate-rules", description = "all, duplicate-rules, none.")
                    String lint,
            @Option(names = "--lint-fatal", description = "Make lint errors exit with status 3.") boolean lintFatal,
            @Option(names = "--enable-feature", description = "Features to enable.") List<String> features) {
        for (String file : files) {
            if (!Files.exists(Path.of(file))) {
                err.println("promtool: error: path '" + file + "' does not exist, try --help");
                return 1;
            }
        }
        var checks = checks(lint, features);
        boolean failed = false;
        for (String file : files) {
            out.println("Checking " + file);
            try {
                PrometheusConfig config =
                        new ConfigLoader().prometheus(Path.of(file)).config();
                List<Path> ruleFiles = syntaxOnly ? List.of() : ruleFiles(config);
                if (!ruleFiles.isEmpty()) {
                    out.println("  SUCCESS: " + ruleFiles.size() + " rule files found");
                }
                out.println(" SUCCESS: " + file + " is valid prometheus config file syntax");
                out.println();
                for (Path ruleFile : ruleFiles) {
                    out.println("Checking " + ruleFile);
                    failed |= !checks.check(ruleFile);
                    out.println();
                }
            } catch (ConfigException e) {
                err.println("  FAILED: " + e.getMessage());
                out.println();
                failed = true;
            }
        }
        return status(failed, checks, lintFatal);
    }

    @Command(name = "rules", description = "Check if the rule files are valid or not.")
    int rules(
            @Parameters(arity = "0..*", paramLabel = "FILE", description = "The files; standard input for none.")
                    List<String> files,
            @Option(names = "--lint", defaultValue = "duplicate-rules", description = "all, duplicate-rules, none.")
                    String lint,
            @Option(names = "--lint-fatal", description = "Make lint errors exit with status 3.") boolean lintFatal,
            @Option(names = "--enable-feature", description = "Features to enable.") List<String> features)
            throws IOException {
        var checks = checks(lint, features);
        boolean failed = false;
        if (files == null || files.isEmpty()) {
            out.println("Checking standard input");
            String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            failed = !checks.check("standard input", () -> new ConfigLoader().rules("", text));
            out.println();
            return status(failed, checks, lintFatal);
        }
        for (String file : files) {
            out.println("Checking " + file);
            failed |= !checks.check(Path.of(file));
            out.println();
        }
        return status(failed, checks, lintFatal);
    }

    @Command(
            name = "relabel",
            description = "Show what the relabelling of a job makes of a target with the given labels, rule by rule.")
    int relabel(
            @Parameters(index = "0", paramLabel = "FILE", description = "The config file.") String file,
            @Parameters(index = "1", paramLabel = "JOB", description = "The name of the job.") String job,
            @Parameters(
                            index = "2..*",
                            arity = "1..*",
                            paramLabel = "NAME=VALUE",
                            description = "Labels that discovery would find, __address__ among them.")
                    List<String> labels,
            @Option(names = "--enable-feature", description = "Features to enable.") List<String> features) {
        return new RelabelDryRun(out, err)
                .run(Path.of(file), job, labels, FeatureFlags.parse(features == null ? List.of() : features));
    }

    private RuleChecks checks(String lint, List<String> features) {
        boolean duplicates = List.of(lint.split(",")).stream()
                .anyMatch(word -> word.equals("all") || word.equals("duplicate-rules"));
        return new RuleChecks(out, err, FeatureFlags.parse(features == null ? List.of() : features), duplicates);
    }

    private static List<Path> ruleFiles(PrometheusConfig config) {
        var files = new ArrayList<Path>();
        for (String pattern : config.ruleFiles()) {
            files.addAll(ConfigLoader.find("rule_files", pattern));
        }
        return files;
    }

    private static int status(boolean failed, RuleChecks checks, boolean lintFatal) {
        return failed ? 1 : checks.lintFailed() && lintFatal ? 3 : 0;
    }

    /// Reads a file of rules.
    @FunctionalInterface
    interface Reading {
        RuleFile read();
    }
}
