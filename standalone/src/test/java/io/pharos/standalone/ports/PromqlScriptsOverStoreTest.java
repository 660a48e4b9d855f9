package io.pharos.standalone.ports;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Matcher;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.TimeRange;
import io.pharos.query.QueryEngine;
import io.pharos.query.QueryLimits;
import io.pharos.storage.StoreOptions;
import io.pharos.storage.TimeSeriesStore;
import io.pharos.storage.head.HeadLimits;
import io.pharos.testkit.PromqlScript;
import io.pharos.testkit.PromqlScriptRunner;
import io.pharos.testkit.ScriptStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs PromQL scripts over the real store: those of the folder that the property `promqltest.dir` names, else the
/// query
/// service's own.
class PromqlScriptsOverStoreTest {
    private static final FeatureFlags FLAGS = FeatureFlags.parse(
            List.of("promql-experimental-functions,promql-extended-range-selectors,promql-binop-fill-modifiers,"
                    + "promql-delayed-name-removal,use-start-timestamps"));

    /// Scripts load again at earlier times.
    private static final long WINDOW_MS = 100L * 365 * 24 * 3_600_000;

    /// What becomes of the samples before they are queried.
    enum Form {
        /// They stay in the head.
        OPEN,
        /// They are sealed into partitions.
        SEALED,
        /// The store is closed and opened again.
        REOPENED
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void scriptsPass(Form form) throws IOException {
        try (var store = new Kept(folder, form);
                var engine = new QueryEngine(store, FLAGS, QueryLimits.DEFAULT, InstantSource.system())) {
            run(form.name(), store, engine);
        }
    }

    @Test
    void scriptsPassThroughTheHttpApi() throws IOException {
        try (var store = new Kept(folder, Form.OPEN);
                var engine = new QueryEngine(store, FLAGS, QueryLimits.DEFAULT, InstantSource.system());
                var api = new HttpEvaluator(engine, store, FLAGS)) {
            run("HTTP", store, api);
        }
    }

    private static void run(String how, Kept store, QueryEvaluator evaluator) throws IOException {
        var failures = new ArrayList<String>();
        int total = 0;
        for (Path file : files()) {
            PromqlScriptRunner.Report report =
                    new PromqlScriptRunner(store, evaluator).run(PromqlScript.parse(Files.readString(file)));
            total += report.total();
            report.failures().forEach(failure -> failures.add(file.getFileName() + " " + failure));
        }
        failures.forEach(System.out::println);
        System.out.println(how + ": " + (total - failures.size()) + " of " + total + " evals pass");
        assertThat(total).isPositive();
        assertThat(failures).isEmpty();
    }

    private static List<Path> files() throws IOException {
        Path scripts = Path.of(System.getProperty("promqltest.dir", "../query-service/src/test/resources/promql"));
        try (Stream<Path> files = Files.list(scripts)) {
            return files.filter(file -> file.toString().endsWith(".test"))
                    .sorted()
                    .toList();
        }
    }

    /// A store on disk, in a new folder whenever it is cleared.
    private static final class Kept implements ScriptStore, SeriesSource, AutoCloseable {
        private final Path folder;
        private final Form form;
        private int cleared;
        private TimeSeriesStore store;

        Kept(Path folder, Form form) {
            this.folder = folder;
            this.form = form;
            store = open();
        }

        private TimeSeriesStore open() {
            var options = new StoreOptions(
                    folder.resolve("store-" + cleared),
                    new HeadLimits(WINDOW_MS, 0, HeadLimits.SeriesLimits.NONE),
                    StoreOptions.Retention.FOREVER,
                    StoreOptions.Reserve.NONE,
                    StoreOptions.Thresholds.DEFAULT,
                    StoreOptions.Files.DEFAULT);
            return TimeSeriesStore.open(options, InstantSource.fixed(Instant.EPOCH));
        }

        @Override
        public SampleSink sink() {
            return store;
        }

        @Override
        public void clear() {
            store.close();
            cleared++;
            store = open();
        }

        @Override
        public void loaded() {
            switch (form) {
                case OPEN -> {}
                case SEALED -> store.flush();
                case REOPENED -> {
                    store.close();
                    store = open();
                }
            }
        }

        @Override
        public SeriesSet select(Selection selection) {
            return store.select(selection);
        }

        @Override
        public Listing labelNames(ListingRequest request) {
            return store.labelNames(request);
        }

        @Override
        public Listing labelValues(String name, ListingRequest request) {
            return store.labelValues(name, request);
        }

        @Override
        public List<SeriesExemplars> exemplars(TimeRange range, List<List<Matcher>> matcherSets) {
            return store.exemplars(range, matcherSets);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
