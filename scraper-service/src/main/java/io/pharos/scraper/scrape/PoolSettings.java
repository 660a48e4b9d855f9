package io.pharos.scraper.scrape;

import io.pharos.model.config.ScrapeConfig;
import io.pharos.model.config.ScrapeProtocol;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.relabel.Relabeler;
import io.pharos.model.text.GoText;
import io.pharos.runtime.http.HttpSender;
import io.pharos.scraper.target.TargetRules;
import java.time.Duration;
import java.util.List;

/// A job's configuration, taken apart for those who work with it.
///
/// @param http the client that all targets of the job are requested with
record PoolSettings(
        ScrapeConfig config,
        TargetRules targets,
        SampleRules samples,
        String accept,
        boolean extraMetrics,
        HttpSender http,
        FailureLog failures) {

    static PoolSettings of(ScrapeConfig config, FeatureFlags features, HttpSender http, FailureLog failures) {
        var targets = targetRules(config, features);
        var samples = new SampleRules(
                config.honorLabels(),
                config.honorTimestamps(),
                config.trackTimestampsStaleness(),
                new Relabeler(config.metricRelabelRules()),
                config.legacyNames(),
                config.labelLimit(),
                config.labelNameLengthLimit(),
                config.labelValueLengthLimit(),
                config.nativeHistogramBucketLimit(),
                config.nativeHistogramMinBucketFactor(),
                features.typeAndUnitLabels(),
                features.createdTimestampZeroIngestion(),
                features.names().contains("st-storage"),
                features.metadataWalRecords());
        return new PoolSettings(
                config,
                targets,
                samples,
                Protocols.accept(protocols(config, features), config.escaping().word()),
                config.extraScrapeMetrics() || features.extraScrapeMetrics(),
                http,
                failures);
    }

    /// What the targets of a job are made with.
    static TargetRules targetRules(ScrapeConfig config, FeatureFlags features) {
        return new TargetRules(
                config.jobName(),
                text(config.scrapeInterval()),
                text(config.scrapeTimeout()),
                config.metricsPath(),
                config.scheme(),
                config.params(),
                nativeHistograms(config, features),
                config.convertClassicHistogramsToNhcb(),
                config.alwaysScrapeClassicHistograms(),
                new Relabeler(config.relabelRules()),
                config.keepDroppedTargets());
    }

    /// The feature that older servers need for native histograms still turns them on for every job, so that a command
    /// line that has it goes on doing what it did.
    private static boolean nativeHistograms(ScrapeConfig config, FeatureFlags features) {
        return config.scrapeNativeHistograms() || features.names().contains("native-histograms");
    }

    private static List<ScrapeProtocol> protocols(ScrapeConfig config, FeatureFlags features) {
        boolean unasked = config.scrapeProtocols().equals(ScrapeProtocol.DEFAULT);
        boolean needed = nativeHistograms(config, features)
                || features.createdTimestampZeroIngestion()
                || features.names().contains("st-storage");
        return unasked && needed ? ScrapeProtocol.PROTO_FIRST : config.scrapeProtocols();
    }

    private static String text(Duration duration) {
        return GoText.promDuration(duration.toMillis());
    }

    String job() {
        return config.jobName();
    }

    /// Whether what is known of a target's series under other settings holds under these.
    boolean sameSamples(PoolSettings other) {
        return samples.equals(other.samples)
                && config.fallbackScrapeProtocol().equals(other.config.fallbackScrapeProtocol());
    }
}
