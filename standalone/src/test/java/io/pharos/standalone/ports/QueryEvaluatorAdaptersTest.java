package io.pharos.standalone.ports;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.runtime.flags.Program;
import io.pharos.testkit.FaultyProxy;
import io.pharos.testkit.QueryEvaluatorContract;
import io.pharos.testkit.RemoteFaultsContract;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The engine beside the store, and the rule service's way to a query node that reads from a storage node.
class QueryEvaluatorAdaptersTest {
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class InProcess extends QueryEvaluatorContract {
        private Programs programs;
        private Programs.Node node;

        @BeforeAll
        void start(@TempDir Path folder) {
            programs = new Programs(folder);
            node = programs.engineOverStore();
        }

        @AfterAll
        void stop() {
            programs.close();
        }

        @Override
        protected QueryEvaluator evaluator() {
            return node.port(QueryEvaluator.class);
        }

        @Override
        protected void append(SampleBatch batch) {
            node.port(SampleSink.class).append(batch, SampleSink.OnReject.KEEP_REST);
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Remote extends QueryEvaluatorContract {
        private Programs programs;
        private Programs.Node storage;
        private QueryEvaluator evaluator;

        @BeforeAll
        void start(@TempDir Path folder) {
            programs = new Programs(folder);
            storage = programs.storage("store");
            String query = programs.query(storage.url()).url();
            evaluator = programs.adapters(Program.RULE, "query", query).port(QueryEvaluator.class);
        }

        @AfterAll
        void stop() {
            programs.close();
        }

        @Override
        protected QueryEvaluator evaluator() {
            return evaluator;
        }

        @Override
        protected void append(SampleBatch batch) {
            storage.port(SampleSink.class).append(batch, SampleSink.OnReject.KEEP_REST);
        }
    }

    @Nested
    class Faults extends RemoteFaultsContract {
        private static final long T = 1_700_000_000_000L;

        private final Map<String, Integer> rightAnswers = new HashMap<>();
        private Programs programs;
        private Programs.Node storage;
        private Programs.Node query;
        private FaultyProxy way;
        private QueryEvaluator evaluator;

        @BeforeEach
        void start(@TempDir Path folder) {
            programs = new Programs(folder);
            storage = programs.storage("store");
            query = programs.query(storage.url());
            way = programs.way(query);
            evaluator = programs.adapters(Program.RULE, "query", way.url()).port(QueryEvaluator.class);
            var batch = new SampleBatch();
            batch.reset(row -> Labels.of("__name__", "m", "row", "" + row));
            for (int row = 0; row < 20; row++) {
                batch.addFloat(0, T, row);
            }
            storage.port(SampleSink.class).append(batch, SampleSink.OnReject.KEEP_REST);
        }

        @AfterEach
        void stop() {
            programs.close();
        }

        @Override
        protected FaultyProxy way() {
            return way;
        }

        @Override
        protected void call(String name) {
            QueryResult result = evaluator.instant("m{none!=\"" + name + "\"}", T);
            assertThat(((QueryResult.Vector) result.value()).elements()).hasSize(20);
            rightAnswers.merge(name, 1, Integer::sum);
        }

        @Override
        protected int effects(String name) {
            return rightAnswers.getOrDefault(name, 0);
        }

        @Override
        protected void restartPeer() {
            query.stop();
            query = programs.query(storage.url());
            way.leadTo(query.port());
        }
    }
}
