package io.pharos.alertmanager;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.alertmanager.api.BuildInfo;
import io.pharos.alertmanager.cluster.Replication;
import io.pharos.alertmanager.group.Dispatcher;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.Silence;
import io.pharos.alertmanager.mute.Silences;
import io.pharos.alertmanager.store.StateStore;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/// The metrics of the service as a whole, under Alertmanager's names (reference/alertmanager-api.md, section 6). What
/// Pharos has no counterpart of stays 0.
final class ServiceMeters {
    private static final double[] SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

    private final MeterRegistry meters;
    private final Part nflog;
    private final Part silenced;
    private final Counter[] writes;

    /// What one of the two kept states counts.
    private record Part(
            Counter maintenances,
            Counter failures,
            DistributionSummary collecting,
            DistributionSummary writing,
            Counter propagated) {}

    ServiceMeters(
            MeterRegistry meters,
            InstantSource time,
            Silences silences,
            NotificationLog log,
            Dispatcher dispatcher,
            Replication replication,
            StateStore store) {
        this.meters = meters;
        this.nflog = part("nflog", "notification log", store);
        this.silenced = part("silences", "silence", store);
        this.writes = new Counter[] {writes("dispatcher"), writes("inhibitor")};
        build();
        dispatching(dispatcher, replication);
        log(log);
        silences(silences, time);
    }

    private Counter counter(String name, String description) {
        return Counter.builder("alertmanager_" + name).description(description).register(meters);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder("alertmanager_" + name, value).description(description).register(meters);
    }

    private Counter writes(String subscriber) {
        return Counter.builder("alertmanager_alerts_subscriber_channel_writes_total")
                .description("Number of times alerts were written to subscriber channels")
                .tag("subscriber", subscriber)
                .register(meters);
    }

    private Part part(String name, String what, StateStore store) {
        gauge(
                name + "_snapshot_size_bytes",
                "Size of what is kept of " + name + " on disk and in the store's memory, in bytes.",
                () -> store.sizeBytes(name));
        return new Part(
                counter(name + "_maintenance_total", "How many maintenances were executed for the " + what + "."),
                counter(name + "_maintenance_errors_total", "How many maintenances of the " + what + " failed."),
                summary(name + "_gc_duration_seconds", "Duration of the last " + what + " garbage collection cycle."),
                summary(name + "_snapshot_duration_seconds", "Duration of the last " + what + " snapshot."),
                counter(
                        name + "_gossip_messages_propagated_total",
                        "Number of received gossip messages that have been" + " further gossiped."));
    }

    private DistributionSummary summary(String name, String description) {
        return DistributionSummary.builder("alertmanager_" + name)
                .description(description)
                .register(meters);
    }

    private DistributionSummary histogram(String name, String description) {
        return DistributionSummary.builder("alertmanager_" + name)
                .description(description)
                .serviceLevelObjectives(SECONDS)
                .register(meters);
    }

    private void build() {
        Map<String, String> build = BuildInfo.read();
        Gauge.builder("alertmanager_build_info", () -> 1)
                .description("A metric with a constant '1' value labeled by version, revision, branch, goversion from"
                        + " which alertmanager was built, and the goos and goarch for the build.")
                .tag("version", build.getOrDefault("version", ""))
                .tag("revision", build.getOrDefault("revision", ""))
                .tag("branch", build.getOrDefault("branch", ""))
                .tag("goversion", build.getOrDefault("goVersion", ""))
                .tag("goos", "linux")
                .tag("goarch", System.getProperty("os.arch", ""))
                .tag("tags", "jvm")
                .register(meters);
    }

    private void dispatching(Dispatcher dispatcher, Replication replication) {
        gauge("receivers", "Number of configured receivers.", () -> dispatcher
                .config()
                .map(config -> config.receivers().size())
                .orElse(0));
        gauge("integrations", "Number of configured integrations.", () -> dispatcher
                .config()
                .map(config -> config.receivers().values().stream()
                        .mapToInt(receiver -> receiver.integrations().size())
                        .sum())
                .orElse(0));
        gauge(
                "cluster_enabled",
                "Indicates whether the clustering is enabled or not.",
                () -> replication.isEnabled() ? 1 : 0);
    }

    private void log(NotificationLog log) {
        FunctionCounter.builder("alertmanager_nflog_queries_total", log, NotificationLog::queries)
                .description("Number of notification log queries received.")
                .register(meters);
        FunctionCounter.builder("alertmanager_nflog_query_errors_total", log, NotificationLog::misses)
                .description("Number of notification log received queries that failed.")
                .register(meters);
        log.timed(histogram("nflog_query_duration_seconds", "Duration of notification log query evaluation.")::record);
    }

    private void silences(Silences silences, InstantSource time) {
        for (Silence.State state : Silence.State.values()) {
            Gauge.builder("alertmanager_silences", silences, all -> {
                        var now = time.instant();
                        return all.all().stream()
                                .filter(silence -> silence.stateAt(now) == state)
                                .count();
                    })
                    .description("How many silences by state.")
                    .tag("state", state.text())
                    .register(meters);
        }
        FunctionCounter.builder("alertmanager_silences_queries_total", silences, Silences::queries)
                .description("How many silence queries were received.")
                .register(meters);
        FunctionCounter.builder("alertmanager_silences_query_silences_scanned_total", silences, Silences::scanned)
                .description("How many silences were scanned during query evaluation.")
                .register(meters);
        silences.timed(histogram("silences_query_duration_seconds", "Duration of silence query evaluation.")::record);
        gauge("silences_state_size", "The number of silences in the state map.", silences::size);
        gauge("silences_matcher_index_size", "The number of entries in the matcher cache index.", silences::size);
        gauge("silences_version_index_size", "The number of entries in the version index.", silences::size);
        counter(
                "silences_query_silences_skipped_total",
                "How many silences were skipped during query evaluation using the version index.");
        counter("silences_query_errors_total", "How many silence received queries did not succeed.");
        counter("silences_gc_errors_total", "How many silence GC errors were encountered.");
        for (String stage : new String[] {"index", "load_snapshot"}) {
            Counter.builder("alertmanager_silences_matcher_compile_errors_total")
                    .description("How many silence matcher compilations failed.")
                    .tag("stage", stage)
                    .register(meters);
        }
    }

    /// Alerts that were taken, each of them by dispatcher and inhibitor.
    void taken(int alerts) {
        for (Counter counter : writes) {
            counter.increment(alerts);
        }
    }

    void logTold() {
        nflog.propagated.increment();
    }

    void silencesTold(int silences) {
        silenced.propagated.increment(silences);
    }

    /// One maintenance: what the log and the silences took to be gone through, and the disk to be written, in seconds.
    void maintained(double log, double silences, double disk) {
        nflog.maintenances.increment();
        silenced.maintenances.increment();
        nflog.collecting.record(log);
        silenced.collecting.record(silences);
        nflog.writing.record(disk);
        silenced.writing.record(disk);
    }

    void maintenanceFailed() {
        nflog.failures.increment();
        silenced.failures.increment();
    }
}
