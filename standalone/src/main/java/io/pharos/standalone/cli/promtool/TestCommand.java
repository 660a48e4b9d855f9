package io.pharos.standalone.cli.promtool;

import io.pharos.model.port.FeatureFlags;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `test rules`: runs unit tests of rules. Exit status 0 where all pass, else 1.
@Command(name = "test", description = "Unit testing.")
public final class TestCommand {
    private final PrintStream out;
    private final PrintStream err;

    public TestCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Command(name = "rules", description = "Unit tests for rules.")
    int rules(
            @Parameters(arity = "1..*", paramLabel = "FILE", description = "The unit test files.") List<String> files,
            @Option(names = "--run", description = "Only run test groups whose names match a regular expression.")
                    List<String> run,
            @Option(names = "--enable-feature", description = "Features to enable.") List<String> features) {
        List<Pattern> names;
        try {
            names = run == null ? List.of() : run.stream().map(Pattern::compile).toList();
        } catch (PatternSyntaxException e) {
            err.println("promtool: error: --run: " + e.getMessage());
            return 1;
        }
        FeatureFlags flags = FeatureFlags.parse(features == null ? List.of() : features);
        boolean failed = false;
        for (String file : files) {
            List<String> failures = failures(Path.of(file), names, flags);
            if (failures.isEmpty()) {
                out.println("  SUCCESS");
            } else {
                failed = true;
                err.println("  FAILED:");
                for (String failure : failures) {
                    err.println(failure);
                    err.println();
                }
            }
            out.println();
        }
        return failed ? 1 : 0;
    }

    private static List<String> failures(Path file, List<Pattern> names, FeatureFlags flags) {
        try {
            Path folder = file.getParent() == null ? Path.of("") : file.getParent();
            return new RuleUnitTests(UnitTestFile.read(Files.readString(file)), folder, flags).run(names);
        } catch (IOException | IllegalArgumentException e) {
            return List.of(file + ": " + e.getMessage());
        }
    }
}
