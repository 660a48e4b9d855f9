package io.pharos.alertmanager;

import io.pharos.alertmanager.mute.Silences;
import io.pharos.model.alert.AlertmanagerFeatures;
import io.pharos.runtime.flags.Flags;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;

/// What Alertmanager's flags say.
///
/// @param retention of silences after their end and of the notification log
/// @param getConcurrency GETs of the API at a time
/// @param requestTimeout zero for none
record AlertmanagerSettings(
        Path storage,
        Duration retention,
        Duration maintenanceInterval,
        Duration alertGcInterval,
        int perNameLimit,
        Silences.Limits silences,
        boolean logSilences,
        Duration startDelay,
        String externalUrl,
        int getConcurrency,
        Duration requestTimeout,
        AlertmanagerFeatures features) {
    /// Where the pages are in a program that has others at its root.
    static final String PAGES = "/alertmanager/";

    /// Fails with [IllegalArgumentException] on values that make no sense together.
    static AlertmanagerSettings of(Flags all) {
        Flags flags = all.alertmanager();
        int gets = (int) flags.number("web.get-concurrency");
        return new AlertmanagerSettings(
                Path.of(flags.text("storage.path")),
                positive(flags, "data.retention"),
                positive(flags, "data.maintenance-interval"),
                positive(flags, "alerts.gc-interval"),
                (int) flags.number("alerts.per-alertname-limit"),
                new Silences.Limits((int) flags.number("silences.max-silences"), (int)
                        flags.number("silences.max-silence-size-bytes")),
                flags.enabled("log.silences"),
                Duration.ofMillis(flags.durationMs("dispatch.start-delay")),
                externalUrl(all),
                gets > 0 ? gets : Math.max(8, Runtime.getRuntime().availableProcessors()),
                Duration.ofMillis(flags.durationMs("web.timeout")),
                AlertmanagerFeatures.parse(flags.text("enable-feature")));
    }

    private static Duration positive(Flags flags, String name) {
        long ms = flags.durationMs(name);
        if (ms <= 0) {
            throw new IllegalArgumentException("--" + name + " must be positive, not " + flags.text(name));
        }
        return Duration.ofMillis(ms);
    }

    /// `--web.external-url`, by default this machine's name and port; without a slash at its end. In
    /// `standalone` the default is where the pages are; a URL that is given stands in notifications as it is,
    /// and the pages there lead on.
    private static String externalUrl(Flags all) {
        Flags flags = all.alertmanager();
        boolean alone = all.program().isOfAlertmanager();
        String url = flags.text("web.external-url");
        boolean below = false;
        if (!alone && url.isEmpty()) {
            url = all.text("web.external-url");
            below = url.isEmpty();
        }
        if (url.isEmpty() || url.startsWith("/")) {
            String address = flags.list("web.listen-address").getFirst();
            url = "http://" + hostName() + ":" + address.substring(address.lastIndexOf(':') + 1) + url;
        }
        URI parsed;
        try {
            parsed = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--web.external-url is no URL: " + e.getMessage(), e);
        }
        if (parsed.getScheme() == null || !parsed.getScheme().startsWith("http") || parsed.getAuthority() == null) {
            throw new IllegalArgumentException("--web.external-url must be a http or https URL, not \"" + url + "\"");
        }
        return (below ? url.replaceAll("/+$", "") + PAGES : url).replaceAll("/+$", "");
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
