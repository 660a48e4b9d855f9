package io.pharos.model.config;

import io.pharos.model.relabel.RelabelRule;
import io.pharos.model.text.GoText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One entry of `scrape_configs`, with what `global` says where it says nothing itself. Limits of 0 mean none.
///
/// @param scrapeProtocols never empty
/// @param params query parameters by name
/// @param discovery mechanisms, static ones included
public record ScrapeConfig(
        String jobName,
        boolean honorLabels,
        @Key(or = "true", always = true) boolean honorTimestamps,
        @Key(always = true) boolean trackTimestampsStaleness,
        Map<String, List<String>> params,
        Duration scrapeInterval,
        Duration scrapeTimeout,

        @Key(empty = "scrape_protocols cannot be empty for scrape config")
        List<ScrapeProtocol> scrapeProtocols,

        Optional<ScrapeProtocol> fallbackScrapeProtocol,
        boolean scrapeNativeHistograms,
        @Key(always = true) boolean alwaysScrapeClassicHistograms,
        @Key(always = true) boolean convertClassicHistogramsToNhcb,
        boolean extraScrapeMetrics,
        @Key(form = Key.Form.PATH) String scrapeFailureLogFile,
        @Key(or = "/metrics") String metricsPath,
        @Key(or = "http") String scheme,
        @Key(or = "true", always = true) boolean enableCompression,
        @Key(form = Key.Form.BYTES) long bodySizeLimit,
        @Key(form = Key.Form.UNSIGNED) long sampleLimit,
        @Key(form = Key.Form.UNSIGNED) long targetLimit,
        @Key(form = Key.Form.UNSIGNED) long labelLimit,
        @Key(form = Key.Form.UNSIGNED) long labelNameLengthLimit,
        @Key(form = Key.Form.UNSIGNED) long labelValueLengthLimit,
        @Key(form = Key.Form.UNSIGNED) long nativeHistogramBucketLimit,
        double nativeHistogramMinBucketFactor,
        @Key(form = Key.Form.UNSIGNED) long keepDroppedTargets,
        @Key(or = "utf8") NameValidation metricNameValidationScheme,
        @Key(or = "allow-utf-8") String metricNameEscapingScheme,
        @Key(inline = true) HttpConfig http,

        @Key(nullItem = "empty or null target relabeling rule in scrape config")
        List<RelabelConfig> relabelConfigs,

        @Key(nullItem = "empty or null metric relabeling rule in scrape config")
        List<RelabelConfig> metricRelabelConfigs,

        @Key(inline = true) List<DiscoveryConfig> discovery) {
    public ScrapeConfig {
        if (jobName.isEmpty()) {
            throw new BadField("job_name", "job_name is empty");
        }
        if (scrapeTimeout.isNegative()) {
            Duration global = scrapeTimeout.negated();
            scrapeTimeout = global.compareTo(scrapeInterval) > 0 ? scrapeInterval : global;
        }
        if (scrapeTimeout.compareTo(scrapeInterval) > 0) {
            throw new BadField(
                    "scrape_timeout",
                    "scrape timeout greater than scrape interval for scrape config with job name "
                            + GoText.quote(jobName));
        }
        GlobalConfig.checkProtocols(scrapeProtocols);
        if (scrapeProtocols.isEmpty()) {
            scrapeProtocols = scrapeNativeHistograms ? ScrapeProtocol.PROTO_FIRST : ScrapeProtocol.DEFAULT;
        }
        if (NameEscaping.of(metricNameEscapingScheme) == NameEscaping.ALLOW_UTF_8
                && metricNameValidationScheme == NameValidation.LEGACY) {
            throw new IllegalArgumentException("utf8 metric names requested but validation scheme is not set to UTF8");
        }
        boolean legacy = metricNameValidationScheme == NameValidation.LEGACY;
        if (legacy) {
            RelabelConfig.checkLegacy("relabel_configs", relabelConfigs);
            RelabelConfig.checkLegacy("metric_relabel_configs", metricRelabelConfigs);
        }
        if (relabelConfigs.isEmpty()) {
            StaticConfig.checkAddresses(discovery);
        }
    }

    /// How the target is asked to write names.
    public NameEscaping escaping() {
        return NameEscaping.of(metricNameEscapingScheme);
    }

    /// Whether names must be of the old alphabet.
    public boolean legacyNames() {
        return metricNameValidationScheme == NameValidation.LEGACY;
    }

    /// `relabel_configs`, compiled.
    public List<RelabelRule> relabelRules() {
        return RelabelConfig.rules(relabelConfigs, legacyNames());
    }

    /// `metric_relabel_configs`, compiled.
    public List<RelabelRule> metricRelabelRules() {
        return RelabelConfig.rules(metricRelabelConfigs, legacyNames());
    }
}
