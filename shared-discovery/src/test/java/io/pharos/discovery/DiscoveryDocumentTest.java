package io.pharos.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.DiscoveryConfig;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.runtime.http.HttpClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DiscoveryDocumentTest {
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    private static List<PrometheusConfig> examples() throws IOException {
        var examples = new ArrayList<PrometheusConfig>();
        var found = EXAMPLE.matcher(Files.readString(Path.of("../docs/discovery.md")));
        while (found.find()) {
            examples.add(new ConfigLoader().prometheusText(found.group(1)));
        }
        return examples;
    }

    @Test
    void everyExampleOfTheDocumentLoadsAndEveryMechanismHasOne() throws IOException {
        var sources = new TargetSources(
                new HttpClients("test", InstantSource.system()), new SimpleMeterRegistry(), InstantSource.system());
        var mechanisms = new TreeSet<String>();
        for (PrometheusConfig example : examples()) {
            var discovery = new ArrayList<List<DiscoveryConfig>>();
            example.jobs().forEach(job -> discovery.add(job.discovery()));
            example.alerting().alertmanagers().forEach(target -> discovery.add(target.discovery()));
            for (List<DiscoveryConfig> configs : discovery) {
                assertThat(sources.of(configs)).isNotEmpty();
                configs.forEach(config -> mechanisms.add(config.mechanism()));
            }
        }
        assertThat(mechanisms)
                .containsExactlyElementsOf(
                        new TreeSet<>(List.of("static", "file", "http", "dns", "kubernetes", "consul", "ec2")));
    }
}
