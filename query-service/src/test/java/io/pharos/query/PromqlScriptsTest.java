package io.pharos.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.FeatureFlags;
import io.pharos.testkit.MemoryStore;
import io.pharos.testkit.PromqlScript;
import io.pharos.testkit.PromqlScriptRunner;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Runs PromQL scripts: those of the folder that the property `promqltest.dir` names, else our own.
class PromqlScriptsTest {
    /// The upstream runner's engine: everything experimental, names removed late.
    private static final FeatureFlags FLAGS = FeatureFlags.parse(
            List.of("promql-experimental-functions,promql-extended-range-selectors,promql-binop-fill-modifiers,"
                    + "promql-delayed-name-removal,use-start-timestamps"));

    @Test
    void everyEvaluationOfTheScriptsPasses() throws IOException, URISyntaxException {
        String folder = System.getProperty("promqltest.dir");
        Path scripts = folder != null
                ? Path.of(folder)
                : Path.of(Objects.requireNonNull(getClass().getResource("/promql"))
                        .toURI());
        int passed = 0;
        int total = 0;
        var failures = new ArrayList<String>();
        for (Path file : files(scripts)) {
            PromqlScriptRunner.Report report = run(file);
            System.out.println(file.getFileName() + ": " + report.passed() + " of " + report.total() + " evals pass");
            passed += report.passed();
            total += report.total();
            report.failures().forEach(failure -> failures.add(file.getFileName() + " " + failure));
        }
        failures.forEach(System.out::println);
        System.out.println(passed + " of " + total + " evals pass");
        assertThat(total).as("evaluations in %s", scripts).isPositive();
        assertThat(failures).isEmpty();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".test"))
                    .sorted()
                    .toList();
        }
    }

    private static PromqlScriptRunner.Report run(Path file) throws IOException {
        var store = new MemoryStore();
        try (var engine = new QueryEngine(store, FLAGS, QueryLimits.DEFAULT, InstantSource.system())) {
            return new PromqlScriptRunner(store, engine).run(PromqlScript.parse(Files.readString(file)));
        }
    }
}
