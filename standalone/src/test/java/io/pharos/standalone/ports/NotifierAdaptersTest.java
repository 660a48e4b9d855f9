package io.pharos.standalone.ports;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.Notifier;
import io.pharos.runtime.flags.Program;
import io.pharos.testkit.FaultyProxy;
import io.pharos.testkit.NotifierContract;
import io.pharos.testkit.RemoteFaultsContract;
import io.pharos.testkit.Webhook;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The courier itself, and the alertmanager's way to it.
class NotifierAdaptersTest {
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class InProcess extends Adapter {
        @Override
        Notifier adapter(Programs programs, Programs.Node node) {
            return node.port(Notifier.class);
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Remote extends Adapter {
        @Override
        Notifier adapter(Programs programs, Programs.Node node) {
            return programs.adapters(Program.ALERTMANAGER, "notifier", node.url())
                    .port(Notifier.class);
        }
    }

    abstract static class Adapter extends NotifierContract {
        private final Webhook webhook = new Webhook();
        private Programs programs;
        private Notifier notifier;

        abstract Notifier adapter(Programs programs, Programs.Node node);

        @BeforeAll
        void start(@TempDir Path folder) {
            programs = new Programs(folder);
            notifier = adapter(programs, programs.notifier(config(webhook.url())));
        }

        @AfterAll
        void stop() {
            programs.close();
            webhook.close();
        }

        @BeforeEach
        void clear() {
            webhook.clear();
        }

        @Override
        protected Notifier notifier() {
            return notifier;
        }

        @Override
        protected Webhook webhook() {
            return webhook;
        }
    }

    /// An id that is asked for again after an answer was lost is delivered once: a node remembers what it delivered.
    @Nested
    class Faults extends RemoteFaultsContract {
        private static final Duration PATIENCE = Duration.ofMillis(1500);

        private final Webhook webhook = new Webhook();
        private Programs programs;
        private Programs.Node node;
        private FaultyProxy way;
        private Notifier notifier;

        @BeforeEach
        void start(@TempDir Path folder) {
            programs = new Programs(folder);
            node = programs.notifier(NotifierContract.config(webhook.url()));
            way = programs.way(node);
            notifier = programs.adapters(Program.ALERTMANAGER, "notifier", way.url())
                    .port(Notifier.class);
        }

        @AfterEach
        void stop() {
            programs.close();
            webhook.close();
        }

        @Override
        protected FaultyProxy way() {
            return way;
        }

        @Override
        protected void call(String name) {
            Notifier.Outcome outcome = notifier.deliver(NotifierContract.notification(name, "team", PATIENCE));
            if (outcome instanceof Notifier.Outcome.GaveUp(int attempts, String lastError)) {
                throw new ApiException(ApiError.UNAVAILABLE, "gave up after " + attempts + ": " + lastError);
            }
        }

        @Override
        protected int effects(String name) {
            return (int) webhook.bodies().stream()
                    .filter(body -> body.contains("n=\\\"" + name + "\\\""))
                    .count();
        }

        @Override
        protected void restartPeer() {
            node.stop();
            node = programs.notifier(NotifierContract.config(webhook.url()));
            way.leadTo(node.port());
        }
    }
}
