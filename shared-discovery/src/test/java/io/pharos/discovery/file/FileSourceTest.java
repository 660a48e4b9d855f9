package io.pharos.discovery.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.discovery.Found;
import io.pharos.model.config.FileDiscovery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
    @TempDir
    Path folder;

    private final Found found = new Found();

    @AfterEach
    void close() {
        found.close();
    }

    private void discover(String pattern) {
        var config = new FileDiscovery(List.of(folder + "/" + pattern), Duration.ofMinutes(5));
        found.run(new FileSource(config, found.meters));
    }

    @Test
    void jsonAndYamlAreReadWithTheirLabels() throws Exception {
        Files.writeString(
                folder.resolve("a.json"), "[\n\t{\"targets\": [\"x:1\", \"y:1\"], \"labels\": {\"env\": \"p\"}}]");
        Files.writeString(folder.resolve("b.yml"), "- targets: ['z:1']\n- targets: []\n");
        found.run(new FileSource(
                new FileDiscovery(List.of(folder + "/a.json", folder + "/*.yml"), Duration.ofMinutes(5)),
                found.meters));
        assertThat(Found.targets(found.awaitUpdate(1)))
                .containsExactly(
                        "x:1[filepath=" + folder + "/a.json, env=p]",
                        "y:1[filepath=" + folder + "/a.json, env=p]",
                        "z:1[filepath=" + folder + "/b.yml]");
    }

    @Test
    void changesAreSeenAndABrokenFileKeepsItsTargets() throws Exception {
        Path file = folder.resolve("a.json");
        discover("a*.json");
        found.awaitUpdate(1);
        Files.writeString(file, "[{\"targets\": [\"x:1\"]}, {\"targets\": [\"y:1\"]}]");
        found.await(groups -> groups.size() == 2);
        Files.writeString(file, "[{broken");
        assertThat(found.awaitFailure(1)).contains("a.json", "JSON");
        assertThat(found.await(groups -> true)).hasSize(2);
        Files.writeString(file, "[{\"targets\": [\"z:1\"]}]");
        assertThat(Found.targets(found.await(groups -> groups.size() == 1)))
                .containsExactly("z:1[filepath=" + file + "]");
        Files.delete(file);
        found.await(Map::isEmpty);
        assertThat(found.meters
                        .get("prometheus_sd_file_read_errors_total")
                        .counter()
                        .count())
                .isPositive();
    }

    @Test
    void unknownFieldsAreErrors() throws Exception {
        Files.writeString(folder.resolve("a.json"), "[{\"target\": [\"x:1\"]}]");
        discover("a.json");
        assertThat(found.awaitFailure(1)).contains("unknown field \"target\"");
    }
}
