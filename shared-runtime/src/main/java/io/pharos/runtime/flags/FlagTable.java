package io.pharos.runtime.flags;

import static io.pharos.runtime.flags.FlagType.BYTES;
import static io.pharos.runtime.flags.FlagType.DURATION;
import static io.pharos.runtime.flags.FlagType.FLOAT;
import static io.pharos.runtime.flags.FlagType.GO_DURATION;
import static io.pharos.runtime.flags.FlagType.INTEGER;
import static io.pharos.runtime.flags.FlagType.LOG_FORMAT;
import static io.pharos.runtime.flags.FlagType.LOG_LEVEL;
import static io.pharos.runtime.flags.FlagType.SWITCH;
import static io.pharos.runtime.flags.FlagType.TEXT;
import static io.pharos.runtime.flags.Program.ALERTMANAGER;
import static io.pharos.runtime.flags.Program.NOTIFIER;
import static io.pharos.runtime.flags.Program.QUERY;
import static io.pharos.runtime.flags.Program.RULE;
import static io.pharos.runtime.flags.Program.SCRAPER;
import static io.pharos.runtime.flags.Program.STANDALONE;
import static io.pharos.runtime.flags.Program.STORAGE;

import io.pharos.model.text.EditDistance;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Every flag there is: those of Prometheus 3.14, those of Alertmanager 0.34, ours. A new flag is a line here.
final class FlagTable {
    /// What Alertmanager's own flags are prefixed with in `standalone`.
    static final String ALERTMANAGER_PREFIX = "alertmanager.";

    private static final Set<Program> PROMETHEUS = EnumSet.of(STANDALONE, SCRAPER, STORAGE, QUERY, RULE);
    private static final Set<Program> ALERTING = EnumSet.of(ALERTMANAGER, NOTIFIER);
    private static final Set<Program> ALL = EnumSet.allOf(Program.class);
    private static final Set<Program> SCRAPING = EnumSet.of(STANDALONE, SCRAPER);
    private static final Set<Program> STORING = EnumSet.of(STANDALONE, STORAGE);
    private static final Set<Program> QUERYING = EnumSet.of(STANDALONE, QUERY);
    private static final Set<Program> RULES = EnumSet.of(STANDALONE, RULE);

    private final Map<String, Flag> flags = new LinkedHashMap<>();

    private FlagTable() {
        everywhere();
        web();
        storage();
        rulesAndQueries();
        alertmanager();
        pharos();
    }

    private static final FlagTable TABLE = new FlagTable();

    /// Known and not built: refused where given and switched on.
    static final Set<String> UNBUILT =
            Set.of("agent", "storage.tsdb.delay-compact-file.path", "web.user-assets", "web.systemd-socket");

    /// Accepted, because scripts of Prometheus' users give them, and without effect: warned of where given.
    static final Set<String> WITHOUT_EFFECT = Set.of(
            "auto-gomaxprocs",
            "auto-gomemlimit",
            "auto-gomemlimit.ratio",
            "cluster.gossip-interval",
            "cluster.peers-resolve-timeout",
            "cluster.probe-interval",
            "cluster.probe-timeout",
            "cluster.pushpull-interval",
            "dispatch.maintenance-interval",
            "storage.agent.no-lockfile",
            "storage.agent.path",
            "storage.agent.retention.max-time",
            "storage.agent.retention.min-time",
            "storage.agent.wal-compression",
            "storage.agent.wal-compression-type",
            "storage.agent.wal-segment-size",
            "storage.agent.wal-truncate-frequency",
            "storage.tsdb.allow-overlapping-compaction",
            "storage.tsdb.delayed-compaction.max-percent",
            "storage.tsdb.head-chunks-write-queue-size",
            "storage.tsdb.max-block-chunk-segment-size",
            "storage.tsdb.max-block-duration",
            "storage.tsdb.min-block-duration",
            "storage.tsdb.no-lockfile",
            "storage.tsdb.samples-per-chunk",
            "storage.tsdb.wal-compression",
            "storage.tsdb.wal-compression-type",
            "storage.tsdb.wal-segment-size",
            "web.console.libraries",
            "web.console.templates",
            "web.max-connections",
            "web.page-title");

    /// The flags a program takes, by name, in the order of help.
    static Map<String, Flag> of(Program program) {
        var taken = new LinkedHashMap<String, Flag>();
        for (var entry : TABLE.flags.entrySet()) {
            Flag flag = entry.getValue();
            if (flag.owners().contains(program)) {
                taken.put(flag.name(), flag);
            }
        }
        return taken;
    }

    private void everywhere() {
        add("config.file", PROMETHEUS, TEXT, "prometheus.yml", "Configuration file.");
        add(
                "config.auto-reload",
                ALL,
                SWITCH,
                "false",
                "Reload when the configuration file, or one it names, changes.");
        add("config.auto-reload-interval", ALL, DURATION, "30s", "How often to look for changes.");
        add(
                "enable-feature",
                PROMETHEUS,
                TEXT,
                List.of(),
                true,
                false,
                "Comma-separated features to enable; repeatable.");
        add("agent", PROMETHEUS, SWITCH, "false", "Agent mode: scrape and forward, store nothing.");
        add("log.level", ALL, LOG_LEVEL, "info", "Least severity to log: debug, info, warn or error.");
        add("log.format", ALL, LOG_FORMAT, "logfmt", "logfmt or json.");
        add(
                "auto-gomaxprocs",
                PROMETHEUS,
                SWITCH,
                "true",
                "Accepted; the JVM follows the container's quota by itself.");
        add("auto-gomemlimit", PROMETHEUS, SWITCH, "true", "Accepted; the JVM's heap is set by -Xmx.");
        add("auto-gomemlimit.ratio", ALL, FLOAT, "0.9", "Accepted; the JVM's heap is set by -Xmx.");
    }

    private void web() {
        add(
                "web.listen-address",
                PROMETHEUS,
                TEXT,
                List.of("0.0.0.0:9090"),
                true,
                false,
                "Address to serve on; repeatable.");
        add("web.config.file", ALL, TEXT, "", "File with TLS, users and headers of the server.");
        add(
                "web.read-timeout",
                PROMETHEUS,
                DURATION,
                "5m",
                "How long a request may take to arrive, and a connection idle.");
        add("web.max-connections", PROMETHEUS, INTEGER, "512", "Most connections open at a time.");
        add("web.max-notifications-subscribers", PROMETHEUS, INTEGER, "16", "Most readers of live notifications.");
        add(
                "web.external-url",
                ALL,
                TEXT,
                "",
                "URL under which people reach this server; its path prefixes every path.");
        add("web.route-prefix", ALL, TEXT, "", "Prefix of every path; that of --web.external-url by default.");
        add("web.user-assets", QUERYING, TEXT, "", "Folder served at /user.");
        add("web.enable-lifecycle", ALL, SWITCH, "false", "Allow /-/reload and /-/quit.");
        add("web.enable-admin-api", PROMETHEUS, SWITCH, "false", "Allow deleting series and snapshots.");
        add("web.enable-remote-write-receiver", PROMETHEUS, SWITCH, "false", "Take remote writes.");
        add("web.enable-otlp-receiver", PROMETHEUS, SWITCH, "false", "Take OTLP metrics.");
        add(
                "web.remote-write-receiver.accepted-protobuf-messages",
                STORING,
                TEXT,
                List.of("prometheus.WriteRequest", "io.prometheus.write.v2.Request"),
                true,
                false,
                "Remote write messages to take; repeatable.");
        add("web.console.templates", QUERYING, TEXT, "consoles", "Folder of console templates.");
        add("web.console.libraries", QUERYING, TEXT, "console_libraries", "Folder of console libraries.");
        add(
                "web.page-title",
                QUERYING,
                TEXT,
                "Prometheus Time Series Collection and Processing Server",
                "Title of the pages.");
        add("web.cors.origin", PROMETHEUS, TEXT, ".*", "Expression, anchored, of origins that may call the API.");
        add("web.search.max-limit", QUERYING, INTEGER, "10000", "Most results of one search.");
    }

    private void storage() {
        add("storage.tsdb.path", STORING, TEXT, "data/", "Folder of the store.");
        add(
                "storage.tsdb.retention.time",
                STORING,
                DURATION,
                "",
                "How long to keep samples; 15d where neither time nor size is set.");
        add("storage.tsdb.retention.size", STORING, BYTES, "", "How much to keep: 512MB, 10GB; base 2.");
        add("storage.tsdb.no-lockfile", STORING, SWITCH, "false", "Create no lock file in the folder.");
        add(
                "storage.tsdb.head-chunks-write-queue-size",
                STORING,
                INTEGER,
                "0",
                "Accepted; the head is kept another way.");
        add("storage.tsdb.delay-compact-file.path", STORING, TEXT, "", "While this file exists, seal nothing.");
        hide("storage.tsdb.min-block-duration", STORING, DURATION, "2h", "Accepted; spans are chosen by the store.");
        hide("storage.tsdb.max-block-duration", STORING, DURATION, "", "Accepted; spans are chosen by the store.");
        hide("storage.tsdb.max-block-chunk-segment-size", STORING, BYTES, "", "Accepted; without effect.");
        hide("storage.tsdb.wal-segment-size", STORING, BYTES, "", "Accepted; without effect.");
        hide("storage.tsdb.wal-compression", STORING, SWITCH, "true", "Accepted; without effect.");
        hide("storage.tsdb.wal-compression-type", STORING, TEXT, "snappy", "Accepted; without effect.");
        hide("storage.tsdb.allow-overlapping-compaction", STORING, SWITCH, "true", "Accepted; without effect.");
        hide("storage.tsdb.delayed-compaction.max-percent", STORING, INTEGER, "10", "Accepted; without effect.");
        hide("storage.tsdb.samples-per-chunk", STORING, INTEGER, "120", "Accepted; chunks are cut by the store.");
        add("storage.agent.path", STORING, TEXT, "data-agent/", "Folder of the store in agent mode.");
        add("storage.agent.wal-compression", STORING, SWITCH, "true", "Accepted; without effect.");
        add("storage.agent.retention.min-time", STORING, DURATION, "", "Agent mode: age below which samples are kept.");
        add(
                "storage.agent.retention.max-time",
                STORING,
                DURATION,
                "",
                "Agent mode: age above which samples are dropped.");
        add("storage.agent.no-lockfile", STORING, SWITCH, "false", "Agent mode: create no lock file.");
        hide("storage.agent.wal-compression-type", STORING, TEXT, "snappy", "Accepted; without effect.");
        hide("storage.agent.wal-segment-size", STORING, BYTES, "", "Accepted; without effect.");
        hide("storage.agent.wal-truncate-frequency", STORING, DURATION, "", "Accepted; without effect.");
        add("storage.remote.flush-deadline", STORING, DURATION, "1m", "How long to go on forwarding at the end.");
        add(
                "storage.remote.read-sample-limit",
                STORING,
                INTEGER,
                "5e7",
                "Most samples of one remote read; 0 for no limit.");
        add("storage.remote.read-concurrent-limit", STORING, INTEGER, "10", "Remote reads at a time; 0 for no limit.");
        add(
                "storage.remote.read-max-bytes-in-frame",
                STORING,
                INTEGER,
                "1048576",
                "Most bytes in a frame of a remote read.");
    }

    private void rulesAndQueries() {
        add(
                "rules.alert.for-outage-tolerance",
                RULES,
                DURATION,
                "1h",
                "Longest outage after which a `for` is restored.");
        add("rules.alert.for-grace-period", RULES, DURATION, "10m", "Least time between restoring a `for` and firing.");
        add("rules.alert.resend-delay", RULES, DURATION, "1m", "Least time before an alert is sent again.");
        add("rules.max-concurrent-evals", RULES, INTEGER, "4", "Independent rules evaluated at a time.");
        add(
                "alertmanager.notification-queue-capacity",
                RULES,
                INTEGER,
                "10000",
                "Alerts waiting to be sent, per Alertmanager.");
        add("alertmanager.notification-batch-size", RULES, INTEGER, "256", "Most alerts in one request.");
        add(
                "alertmanager.drain-notification-queue-on-shutdown",
                RULES,
                SWITCH,
                "true",
                "Send waiting alerts at the end.");
        Set<Program> evaluating = EnumSet.of(STANDALONE, QUERY, RULE, STORAGE);
        add("query.lookback-delta", evaluating, DURATION, "5m", "How far back an instant selector looks.");
        add("query.timeout", QUERYING, DURATION, "2m", "How long a query may take.");
        add("query.max-concurrency", QUERYING, INTEGER, "20", "Queries at a time.");
        add("query.max-samples", QUERYING, INTEGER, "50000000", "Most samples a query may hold.");
        hide("scrape.adjust-timestamps", SCRAPING, SWITCH, "true", "Align scrape timestamps to the interval.");
        hide("scrape.timestamp-tolerance", SCRAPING, DURATION, "2ms", "By how much timestamps may be aligned.");
        hide("scrape.discovery-reload-interval", SCRAPING, DURATION, "5s", "Least time between changes of targets.");
    }

    /// Alertmanager's flags: unprefixed in its own programs, those that differ from Prometheus' prefixed in
    /// `standalone`.
    private void alertmanager() {
        alerting("config.file", TEXT, "alertmanager.yml", "Alertmanager's configuration file.");
        alerting("storage.path", TEXT, "data/", "Folder of silences and the notification log.");
        alerting("data.retention", GO_DURATION, "120h", "How long to keep silences and notifications.");
        alerting("data.maintenance-interval", GO_DURATION, "15m", "How often to drop what is too old.");
        alerting("silences.max-silences", INTEGER, "0", "Most silences; 0 for no limit.");
        alerting("silences.max-silence-size-bytes", INTEGER, "0", "Largest silence; 0 for no limit.");
        alerting("log.silences", SWITCH, "false", "Log changes of silences.");
        alerting("alerts.gc-interval", GO_DURATION, "30m", "How often to drop resolved alerts.");
        alerting("alerts.per-alertname-limit", INTEGER, "0", "Most alerts of one name; 0 for no limit.");
        alerting("dispatch.maintenance-interval", GO_DURATION, "30s", "How often to drop empty groups.");
        alerting("dispatch.start-delay", GO_DURATION, "0s", "How long to wait at start before notifying.");
        alerting("web.external-url", TEXT, "", "URL under which people reach Alertmanager.");
        alerting("web.get-concurrency", INTEGER, "0", "GET requests at a time; 0 for as many as cores, at least 8.");
        alerting("web.timeout", GO_DURATION, "0", "How long a request may take; 0 for no limit.");
        alerting("enable-feature", TEXT, "", "Comma-separated features of Alertmanager to enable.");
        alerting("cluster.listen-address", TEXT, "0.0.0.0:9094", "Address of the cluster; empty for none.");
        alerting("cluster.advertise-address", TEXT, "", "Address that peers are told.");
        alerting("cluster.peer-name", TEXT, "", "Name of this peer; random by default.");
        Set<Program> own = ALERTING;
        add(
                "alerting:cluster.peer",
                new Flag("cluster.peer", own, TEXT, List.of(), true, false, "Peer to join; repeatable."));
        add(
                "cluster.peer",
                new Flag(
                        "alertmanager.cluster.peer",
                        Set.of(STANDALONE),
                        TEXT,
                        List.of(),
                        true,
                        false,
                        "Peer to join; repeatable."));
        alerting("cluster.peer-timeout", GO_DURATION, "15s", "How long a peer waits for those before it.");
        alerting("cluster.peers-resolve-timeout", GO_DURATION, "15s", "How long to resolve peers.");
        alerting("cluster.gossip-interval", GO_DURATION, "200ms", "Time between gossip messages.");
        alerting("cluster.pushpull-interval", GO_DURATION, "1m0s", "Time between full exchanges of state.");
        alerting("cluster.tcp-timeout", GO_DURATION, "10s", "How long to connect to a peer.");
        alerting("cluster.probe-timeout", GO_DURATION, "500ms", "How long to wait for a probed peer.");
        alerting("cluster.probe-interval", GO_DURATION, "1s", "Time between probes.");
        alerting("cluster.settle-timeout", GO_DURATION, "1m0s", "How long to wait for the cluster at start.");
        alerting("cluster.reconnect-interval", GO_DURATION, "10s", "Time between attempts to find lost peers.");
        alerting("cluster.reconnect-timeout", GO_DURATION, "6h0m0s", "How long to look for a lost peer.");
        alerting("cluster.tls-config", TEXT, "", "File with TLS of the cluster.");
        alerting("cluster.label", TEXT, "", "Name of the cluster; others are not spoken to.");
        alerting(
                "cluster.allow-insecure-public-advertise-address-discovery",
                SWITCH,
                "false",
                "Allow a public address to be advertised.");
        add(
                "alerting:web.listen-address",
                new Flag(
                        "web.listen-address",
                        ALERTING,
                        TEXT,
                        List.of(":9093"),
                        true,
                        false,
                        "Address to serve on; repeatable."));
        add(
                "alerting:web.systemd-socket",
                new Flag(
                        "web.systemd-socket",
                        ALERTING,
                        SWITCH,
                        List.of("false"),
                        false,
                        false,
                        "Serve on systemd's sockets."));
    }

    private void pharos() {
        add(
                "pharos.skip-unsupported",
                ALL,
                SWITCH,
                "false",
                "Start without sections that are not built yet, with a warning each.");
        add(
                "pharos.peer",
                EnumSet.complementOf(EnumSet.of(STANDALONE)),
                TEXT,
                List.of(),
                true,
                false,
                "Another service of the installation: storage=http://host:9090; repeatable.");
        add(
                "pharos.peer-timeout",
                EnumSet.complementOf(EnumSet.of(STANDALONE)),
                DURATION,
                "2m",
                "How long a call to another service of the installation may take.");
        add(
                "pharos.storage.fsync-interval",
                STORING,
                DURATION,
                "1s",
                "How often the log is forced to disk; 0 after every batch.");
        add("pharos.storage.max-series", STORING, INTEGER, "0", "Most live series; 0 for no limit.");
        add("pharos.storage.max-series-per-job", STORING, INTEGER, "0", "Most live series of one job; 0 for no limit.");
        add("pharos.storage.max-labels", STORING, INTEGER, "0", "Most labels of a series; 0 for no limit.");
        add("pharos.storage.max-label-name-bytes", STORING, INTEGER, "0", "Longest label name; 0 for no limit.");
        add("pharos.storage.max-label-value-bytes", STORING, INTEGER, "0", "Longest label value; 0 for no limit.");
        add(
                "pharos.storage.memory-budget",
                STORING,
                BYTES,
                "0B",
                "Memory near which new series are refused; 0 for 60 % of what the process may have.");
        add(
                "pharos.storage.min-free-space",
                STORING,
                BYTES,
                "64MB",
                "Room on the disk, beside that for a checkpoint, below which writes are refused; 0 for no limit.");
    }

    private void alerting(String name, FlagType type, String value, String help) {
        var flag = new Flag(name, ALERTING, type, List.of(value), false, false, help);
        add("alerting:" + name, flag);
        String prefixed = ALERTMANAGER_PREFIX + name;
        add(prefixed, flag.renamed(prefixed, Set.of(STANDALONE)));
    }

    private void add(String name, Set<Program> owners, FlagType type, String value, String help) {
        add(name, owners, type, List.of(value), false, false, help);
    }

    private void hide(String name, Set<Program> owners, FlagType type, String value, String help) {
        add(name, owners, type, List.of(value), false, true, help);
    }

    private void add(
            String name,
            Set<Program> owners,
            FlagType type,
            List<String> defaults,
            boolean repeatable,
            boolean hidden,
            String help) {
        add(name, new Flag(name, owners, type, defaults, repeatable, hidden, help));
    }

    private void add(String key, Flag flag) {
        Flag old = flags.put(key, flag);
        if (old != null) {
            throw new IllegalStateException("bug: flag " + key + " declared twice");
        }
    }

    /// Names of a program's flags closest to a wrong one, for an error's hint; at most three.
    static List<String> near(Program program, String wrong) {
        var near = new ArrayList<String>();
        for (String name : of(program).keySet()) {
            if (name.endsWith("." + wrong) || wrong.endsWith("." + name) || EditDistance.between(name, wrong) <= 2) {
                near.add(name);
            }
        }
        return near.subList(0, Math.min(3, near.size()));
    }
}
