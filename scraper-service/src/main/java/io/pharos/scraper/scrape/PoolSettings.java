package io.pharos.scraper.scrape;

import io.pharos.model.config.ScrapeConfig;
import io.pharos.model.config.ScrapeProtocol;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.relabel.Relabeler;
import io.pharos.runtime.http.HttpSender;
import io.pharos.scraper.target.TargetRules;
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
        var targets = TargetRules.of(config, features);
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
                Protocols.accept(
                        protocols(config, features, targets.nativeHistograms()),
                        config.escaping().word()),
                config.extraScrapeMetrics() || features.extraScrapeMetrics(),
                http,
                failures);
    }

    private static List<ScrapeProtocol> protocols(
            ScrapeConfig config, FeatureFlags features, boolean nativeHistograms) {
        boolean unasked = config.scrapeProtocols().equals(ScrapeProtocol.DEFAULT);
        boolean needed = nativeHistograms
                || features.createdTimestampZeroIngestion()
                || features.names().contains("st-storage");
        return unasked && needed ? ScrapeProtocol.PROTO_FIRST : config.scrapeProtocols();
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
