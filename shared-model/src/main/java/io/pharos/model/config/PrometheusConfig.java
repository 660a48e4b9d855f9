package io.pharos.model.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// `prometheus.yml`, whole.
///
/// @param ruleFiles globs, resolved against the file's folder; [ConfigLoader#rules(PrometheusConfig)] reads them
/// @param scrapeConfigs jobs of the file itself; [#jobs()] has those of `scrape_config_files` too
/// @param jobsOfFiles jobs of `scrape_config_files`
public record PrometheusConfig(
        GlobalConfig global,
        @Key(always = true) RuntimeConfig runtime,
        AlertingConfig alerting,
        @Key(form = Key.Form.PATH) List<String> ruleFiles,
        @Key(form = Key.Form.PATH) List<String> scrapeConfigFiles,

        @Key(nullItem = "empty or null scrape config section")
        List<ScrapeConfig> scrapeConfigs,

        StorageConfig storage,

        @Key(nullItem = "empty or null remote write config section")
        List<RemoteWriteConfig> remoteWrite,

        @Key(nullItem = "empty or null remote read config section")
        List<RemoteReadConfig> remoteRead,

        OtlpConfig otlp,
        @Key(form = Key.Form.UNWRITTEN) List<ScrapeConfig> jobsOfFiles) {
    /// `runtime`: accepted; the JVM has its own knobs.
    public record RuntimeConfig(@Key(or = "75") int gogc) {}

    /// `alerting`.
    public record AlertingConfig(
            @Key(nullItem = "empty or null alert relabeling rule")
            List<RelabelConfig> alertRelabelConfigs,

            @Key(nullItem = "empty or null Alertmanager section")
            List<AlertmanagerTarget> alertmanagers) {}

    public PrometheusConfig {
        for (String pattern : ruleFiles) {
            checkPattern("rule_files", pattern, "invalid rule file path ");
        }
        for (String pattern : scrapeConfigFiles) {
            checkPattern("scrape_config_files", pattern, "invalid scrape config file path ");
        }
        var jobs = new HashSet<String>();
        for (ScrapeConfig job : scrapeConfigs) {
            if (!jobs.add(job.jobName())) {
                throw new BadField(
                        "scrape_configs", "found multiple scrape configs with job name \"" + job.jobName() + "\"");
            }
        }
        for (ScrapeConfig job : jobsOfFiles) {
            if (!jobs.add(job.jobName())) {
                throw new BadField(
                        "scrape_config_files", "found multiple scrape configs with job name \"" + job.jobName() + "\"");
            }
        }
        Set<String> writes = new HashSet<>();
        for (RemoteWriteConfig write : remoteWrite) {
            if (!write.name().isEmpty() && !writes.add(write.name())) {
                throw new BadField(
                        "remote_write", "found multiple remote write configs with job name \"" + write.name() + "\"");
            }
        }
        Set<String> reads = new HashSet<>();
        for (RemoteReadConfig read : remoteRead) {
            if (!read.name().isEmpty() && !reads.add(read.name())) {
                throw new BadField(
                        "remote_read", "found multiple remote read configs with job name \"" + read.name() + "\"");
            }
        }
        unique("remote_write", remoteWrite, write -> write.url().toString());
        unique("remote_read", remoteRead, read -> read.url().toString());
        if (otlp.translationStrategy().keepsUtf8()
                && global.metricNameValidationScheme().equals(Optional.of(NameValidation.LEGACY))) {
            throw new BadField(
                    "otlp",
                    "OTLP translation strategy \"" + otlp.translationStrategy().word()
                            + "\" is not allowed when UTF8 is disabled");
        }
    }

    /// Equal entries would write or read everything twice.
    private static <T> void unique(String key, List<T> entries, Function<T, String> url) {
        var seen = new HashSet<T>();
        for (T entry : entries) {
            if (!seen.add(entry)) {
                throw new BadField(
                        key,
                        "duplicate " + key.replace('_', ' ') + " configs are not allowed, found duplicate for URL: "
                                + url.apply(entry));
            }
        }
    }

    private static void checkPattern(String key, String pattern, String error) {
        int slash = pattern.lastIndexOf('/');
        String name = pattern.substring(slash + 1);
        boolean stars = name.indexOf('*') != name.lastIndexOf('*');
        if (slash >= 0 && pattern.substring(0, slash).indexOf('*') >= 0 || stars || pattern.isEmpty()) {
            throw new BadField(key, error + io.pharos.model.text.GoText.quote(pattern));
        }
    }

    /// Every job, those of files included, in that order.
    public List<ScrapeConfig> jobs() {
        var all = new ArrayList<>(scrapeConfigs);
        all.addAll(jobsOfFiles);
        return List.copyOf(all);
    }

    PrometheusConfig withJobsOfFiles(List<ScrapeConfig> jobs) {
        return new PrometheusConfig(
                global,
                runtime,
                alerting,
                ruleFiles,
                scrapeConfigFiles,
                scrapeConfigs,
                storage,
                remoteWrite,
                remoteRead,
                otlp,
                List.copyOf(jobs));
    }

    private static String escaping(GlobalConfig global, NameValidation validation) {
        if (!global.metricNameEscapingScheme().isEmpty()) {
            return global.metricNameEscapingScheme();
        }
        return (validation == NameValidation.LEGACY ? NameEscaping.UNDERSCORES : NameEscaping.ALLOW_UTF_8).word();
    }

    /// What jobs take from `global` where they say nothing.
    static Map<String, Object> inherited(GlobalConfig global) {
        var from = new HashMap<String, Object>();
        from.put("scrapeInterval", global.scrapeInterval());
        // Negative marks it as inherited: it is then cut to the job's interval.
        from.put("scrapeTimeout", global.scrapeTimeout().negated());
        from.put(
                "scrapeProtocols",
                global.scrapeProtocols().equals(ScrapeProtocol.DEFAULT) ? List.of() : global.scrapeProtocols());
        from.put("scrapeFailureLogFile", global.scrapeFailureLogFile());
        from.put("bodySizeLimit", global.bodySizeLimit());
        from.put("sampleLimit", global.sampleLimit());
        from.put("targetLimit", global.targetLimit());
        from.put("labelLimit", global.labelLimit());
        from.put("labelNameLengthLimit", global.labelNameLengthLimit());
        from.put("labelValueLengthLimit", global.labelValueLengthLimit());
        from.put("keepDroppedTargets", global.keepDroppedTargets());
        NameValidation validation = global.metricNameValidationScheme().orElse(NameValidation.UTF8);
        from.put("metricNameValidationScheme", validation);
        from.put("metricNameEscapingScheme", escaping(global, validation));
        from.put("scrapeNativeHistograms", global.scrapeNativeHistograms());
        from.put("convertClassicHistogramsToNhcb", global.convertClassicHistogramsToNhcb());
        from.put("alwaysScrapeClassicHistograms", global.alwaysScrapeClassicHistograms());
        from.put("extraScrapeMetrics", global.extraScrapeMetrics());
        return from;
    }
}
