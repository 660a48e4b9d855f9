package io.pharos.model.config;

import io.pharos.model.labels.Labels;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// `global` of `prometheus.yml`. Limits of 0 mean none.
///
/// @param metricNameEscapingScheme checked by the jobs that take it
public record GlobalConfig(
        Duration scrapeInterval,
        Duration scrapeTimeout,

        @Key(empty = "scrape_protocols cannot be empty for global config")
        List<ScrapeProtocol> scrapeProtocols,

        Duration evaluationInterval,
        Duration ruleQueryOffset,
        @Key(form = Key.Form.PATH) String queryLogFile,
        @Key(form = Key.Form.PATH) String scrapeFailureLogFile,
        @Key(form = Key.Form.ENVIRONMENT) Labels externalLabels,
        @Key(form = Key.Form.BYTES) long bodySizeLimit,
        @Key(form = Key.Form.UNSIGNED) long sampleLimit,
        @Key(form = Key.Form.UNSIGNED) long targetLimit,
        @Key(form = Key.Form.UNSIGNED) long labelLimit,
        @Key(form = Key.Form.UNSIGNED) long labelNameLengthLimit,
        @Key(form = Key.Form.UNSIGNED) long labelValueLengthLimit,
        @Key(form = Key.Form.UNSIGNED) long keepDroppedTargets,
        Optional<NameValidation> metricNameValidationScheme,
        String metricNameEscapingScheme,
        boolean scrapeNativeHistograms,
        boolean convertClassicHistogramsToNhcb,
        boolean alwaysScrapeClassicHistograms,
        boolean extraScrapeMetrics) {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    public GlobalConfig {
        scrapeInterval = scrapeInterval.isZero() ? MINUTE : scrapeInterval;
        if (scrapeTimeout.compareTo(scrapeInterval) > 0) {
            throw new BadField("scrape_timeout", "global scrape timeout greater than scrape interval");
        }
        if (scrapeTimeout.isZero()) {
            Duration usual = Duration.ofSeconds(10);
            scrapeTimeout = usual.compareTo(scrapeInterval) > 0 ? scrapeInterval : usual;
        }
        evaluationInterval = evaluationInterval.isZero() ? MINUTE : evaluationInterval;
        checkProtocols(scrapeProtocols);
        if (scrapeProtocols.isEmpty()) {
            scrapeProtocols = scrapeNativeHistograms ? ScrapeProtocol.PROTO_FIRST : ScrapeProtocol.DEFAULT;
        }
    }

    static void checkProtocols(List<ScrapeProtocol> protocols) {
        if (new HashSet<>(protocols).size() < protocols.size()) {
            throw new BadField(
                    "scrape_protocols",
                    "duplicated protocol in scrape_protocols, got "
                            + protocols.stream()
                                    .map(ScrapeProtocol::word)
                                    .toList()
                                    .toString()
                                    .replace(",", ""));
        }
    }
}
