package io.pharos.scraper.target;

import io.pharos.model.config.ScrapeConfig;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.relabel.Relabeler;
import io.pharos.model.text.GoText;
import java.util.List;
import java.util.Map;

/// What of a job's configuration its targets are made with.
///
/// @param keepDropped how many dropped targets are kept for the API, 0 for all
public record TargetRules(
        String job,
        String interval,
        String timeout,
        String path,
        String scheme,
        Map<String, List<String>> params,
        boolean nativeHistograms,
        boolean customBuckets,
        boolean alwaysClassic,
        Relabeler relabeler,
        long keepDropped) {
    public static TargetRules of(ScrapeConfig config, FeatureFlags features) {
        return new TargetRules(
                config.jobName(),
                GoText.promDuration(config.scrapeInterval().toMillis()),
                GoText.promDuration(config.scrapeTimeout().toMillis()),
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
}
