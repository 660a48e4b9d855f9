package io.pharos.standalone.ports;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.AlertSink;
import io.pharos.runtime.flags.Program;
import io.pharos.testkit.AlertSinkContract;
import io.pharos.testkit.FaultyProxy;
import io.pharos.testkit.RemoteFaultsContract;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The dispatcher itself, and the rule service's way to it.
class AlertSinkAdaptersTest {
    private static AlertSink remote(Programs programs, String url) {
        return programs.adapters(Program.RULE, "alertmanager", url).port(AlertSink.class);
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class InProcess extends AlertSinkContract {
        private Programs programs;
        private Programs.Node node;

        @BeforeAll
        void start(@TempDir Path folder) {
            programs = new Programs(folder);
            node = programs.alertmanager("alerts", Programs.NOBODY);
        }

        @AfterAll
        void stop() {
            programs.close();
        }

        @Override
        protected AlertSink sink() {
            return node.port(AlertSink.class);
        }

        @Override
        protected String alertmanager() {
            return node.url();
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Remote extends AlertSinkContract {
        private Programs programs;
        private Programs.Node node;
        private AlertSink sink;

        @BeforeAll
        void start(@TempDir Path folder) {
            programs = new Programs(folder);
            node = programs.alertmanager("alerts", Programs.NOBODY);
            sink = remote(programs, node.url());
        }

        @AfterAll
        void stop() {
            programs.close();
        }

        @Override
        protected AlertSink sink() {
            return sink;
        }

        @Override
        protected String alertmanager() {
            return node.url();
        }
    }

    @Nested
    class Faults extends RemoteFaultsContract {
        private Programs programs;
        private Programs.Node node;
        private FaultyProxy way;
        private AlertSink sink;

        @BeforeEach
        void start(@TempDir Path folder) {
            programs = new Programs(folder);
            node = programs.alertmanager("alerts", Programs.NOBODY);
            way = programs.way(node);
            sink = remote(programs, way.url());
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
            Instant now = Instant.now();
            Labels labels = Labels.of("alertname", name, "job", "x");
            sink.send(List.of(new Alert(
                    labels, Labels.of("summary", "s"), now, now.plusSeconds(3600), now, "http://rules", false)));
        }

        @Override
        protected int effects(String name) {
            return AlertSinkContract.active(node.url(), name).size();
        }

        @Override
        protected void restartPeer() {
            node.stop();
            node = programs.alertmanager("alerts", Programs.NOBODY);
            way.leadTo(node.port());
        }
    }
}
