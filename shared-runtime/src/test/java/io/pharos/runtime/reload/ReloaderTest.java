package io.pharos.runtime.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.model.config.AlertmanagerConfig;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.PrometheusConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloaderTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> inForce = new ArrayList<>();
    private boolean refuses;
    private Path file = Path.of("");
    private Reloader reloader = new Reloader(List.of(), InstantSource.fixed(NOW), meters);

    @BeforeEach
    void open() throws IOException {
        file = Files.writeString(folder.resolve("prometheus.yml"), "global: {scrape_interval: 5s}\n");
        Reloadable<PrometheusConfig> first =
                config -> () -> inForce.add("first " + config.global().scrapeInterval());
        Reloadable<PrometheusConfig> second = config -> {
            if (refuses) {
                throw new IllegalArgumentException("no such certificate");
            }
            return () -> inForce.add("second " + config.global().scrapeInterval());
        };
        reloader = new Reloader(
                List.of(new ConfigSource<>(
                        PrometheusConfig.class,
                        "prometheus",
                        file,
                        () -> new ConfigLoader().prometheus(file),
                        () -> List.of(first, second),
                        PrometheusConfig::ruleFiles)),
                InstantSource.fixed(NOW),
                meters);
    }

    private double successful() {
        return meters.get("prometheus_config_last_reload_successful").gauge().value();
    }

    @Test
    void allAreConfiguredInOrder() {
        reloader.start();
        assertThat(inForce).containsExactly("first PT5S", "second PT5S");
        assertThat(successful()).isEqualTo(1);
        assertThat(meters.get("prometheus_config_last_reload_success_timestamp_seconds")
                        .gauge()
                        .value())
                .isEqualTo(1_700_000_000);
    }

    @Test
    void aBadFileKeepsTheOldConfigurationAndSaysWhy() throws IOException {
        reloader.start();
        inForce.clear();
        Files.writeString(file, "global: {scrape_interval: soon}\n");
        assertThatThrownBy(reloader::reload)
                .isInstanceOf(ReloadException.class)
                .hasMessage("couldn't load configuration (--config.file=\"" + file + "\"): " + file
                        + ":1:27: not a valid duration string: \"soon\" in global.scrape_interval");
        assertThat(inForce).isEmpty();
        assertThat(successful()).isZero();
        assertThat(reloader.current(PrometheusConfig.class).orElseThrow().text())
                .contains("5s");
    }

    @Test
    void anAlertmanagersErrorStandsForItself() throws IOException {
        Files.writeString(file, "route: {receiver: none}\nreceivers: [{name: a}]\n");
        var alertmanager = new Reloader(
                List.of(new ConfigSource<>(
                        AlertmanagerConfig.class,
                        "alertmanager",
                        file,
                        () -> new ConfigLoader().alertmanager(file),
                        List::of,
                        AlertmanagerConfig::templates)),
                InstantSource.fixed(NOW),
                new SimpleMeterRegistry());
        assertThatThrownBy(alertmanager::start).hasMessage(file + ":1:8: undefined receiver \"none\" used in route");
    }

    @Test
    void whenOneRefusesNoneIsConfigured() throws IOException {
        reloader.start();
        inForce.clear();
        refuses = true;
        Files.writeString(file, "global: {scrape_interval: 6s}\n");
        assertThatThrownBy(reloader::reload).hasMessageEndingWith(": no such certificate");
        assertThat(inForce).isEmpty();
        refuses = false;
        reloader.reload();
        assertThat(inForce).containsExactly("first PT6S", "second PT6S");
        assertThat(successful()).isEqualTo(1);
    }

    @Test
    void aChangedFileIsReloadedOnce() throws IOException {
        Files.writeString(file, "rule_files: ['r_*.yml']\n");
        reloader.start();
        reloader.reloadIfChanged();
        inForce.clear();
        reloader.reloadIfChanged();
        assertThat(inForce).isEmpty();
        Files.writeString(folder.resolve("r_1.yml"), "groups: []\n");
        reloader.reloadIfChanged();
        reloader.reloadIfChanged();
        assertThat(inForce).hasSize(2);
    }
}
