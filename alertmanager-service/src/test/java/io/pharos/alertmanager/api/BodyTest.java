package io.pharos.alertmanager.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BodyTest {
    private static final Body BODY = new Body("alerts");

    @Test
    void fieldsAreFoundInWhateverCaseAndTheLastOneCounts() {
        var node = BODY.parse("{\"LABELS\":{\"a\":\"b\"},\"GeneratorURL\":\"x\",\"generatorurl\":\"y\"}"
                .getBytes(StandardCharsets.UTF_8));
        assertThat(BODY.map(node, "labels")).isEqualTo(Map.of("a", "b"));
        assertThat(BODY.text(node, "generatorURL")).contains("y");
        assertThat(BODY.text(node, "startsAt")).isEmpty();
    }
}
