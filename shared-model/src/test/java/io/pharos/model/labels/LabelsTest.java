package io.pharos.model.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatComparable;
import static org.assertj.core.api.Assertions.assertThatObject;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LabelsTest {
    @Test
    void pairsAreSortedByNameWhateverTheirOrder() {
        assertThatObject(Labels.of("b", "2", "a", "1")).isEqualTo(Labels.of("a", "1", "b", "2"));
        assertThat(Labels.of("b", "2", "a", "1").toString()).isEqualTo("{a=\"1\", b=\"2\"}");
    }

    @Test
    void anEmptyValueIsNoLabel() {
        assertThatObject(Labels.of("a", "", "b", "x")).isEqualTo(Labels.of("b", "x"));
        assertThatObject(Labels.of("b", "x").with("b", "")).isEqualTo(Labels.EMPTY);
        assertThat(Labels.of("b", "x").get("missing")).isEmpty();
    }

    @Test
    void aNameGivenTwiceIsRefused() {
        assertThatThrownBy(() -> Labels.of("a", "1", "a", "2")).hasMessageContaining("\"a\" given twice");
    }

    @Test
    void textPrintsAsInPrometheusMessages() {
        assertThat(Labels.of("__name__", "up", "my.label", "a\"b\n", "job", "é").toString())
                .isEqualTo("{__name__=\"up\", job=\"é\", \"my.label\"=\"a\\\"b\\n\"}");
        assertThat(Labels.EMPTY.toString()).isEqualTo("{}");
    }

    @Test
    void longValuesAreKeptWhole() {
        String value = "x".repeat(70_000);
        var labels = Labels.of("a", value, "b", "y".repeat(255), "c", "z".repeat(254));
        assertThat(labels.get("a")).isEqualTo(value);
        assertThat(labels.get("b")).hasSize(255);
        assertThat(labels.get("c")).hasSize(254);
        assertThat(labels.size()).isEqualTo(3);
    }

    @Test
    void theHashIsXxHash64OfTheEncodedPairs() {
        // Reference values of XXH64 with seed 0.
        assertThat(XxHash64.hash(new byte[0], 0, 0)).isEqualTo(0xEF46DB3751D8E999L);
        assertThat(XxHash64.hash("a".getBytes(), 0, 1)).isEqualTo(0xD24EC4F1A98C6E5BL);
        assertThat(XxHash64.hash("abc".getBytes(), 0, 3)).isEqualTo(0x44BC2CF5AD770999L);
        byte[] text = "Nobody inspects the spammish repetition".getBytes();
        assertThat(XxHash64.hash(text, 0, text.length)).isEqualTo(0xFBCEA83C8A378BF1L);
    }

    @Test
    void buildingAgreesWithASortedMapForRandomSets() {
        var random = new Random(7);
        var names = List.of("a", "ab", "b", "job", "__name__", "é", "\uD83D\uDE00", "\uFFFD", "z");
        for (int round = 0; round < 2_000; round++) {
            var builder = new LabelsBuilder();
            var map = new TreeMap<String, String>(Labels.NAME_ORDER);
            for (int i = 0; i < 6; i++) {
                String name = names.get(random.nextInt(names.size()));
                String value = random.nextInt(4) == 0 ? "" : "v" + random.nextInt(5);
                builder.set(name, value);
                if (value.isEmpty()) {
                    map.remove(name);
                } else {
                    map.put(name, value);
                }
            }
            Labels labels = builder.build();
            assertThat(labels.toList().stream().map(Label::name))
                    .as("round %d", round)
                    .containsExactlyElementsOf(map.keySet());
            map.forEach((name, value) -> assertThat(labels.get(name)).isEqualTo(value));
            assertThatObject(Labels.ofEncoded(labels.encoded().clone())).isEqualTo(labels);
        }
    }

    @Test
    void orderComparesPairsAndPutsTheShorterSetFirst() {
        assertThatComparable(Labels.of("a", "1")).isLessThan(Labels.of("a", "1", "b", "1"));
        assertThatComparable(Labels.of("a", "10")).isLessThan(Labels.of("a", "2"));
        assertThatComparable(Labels.of("a", "2")).isLessThan(Labels.of("b", "1"));
        assertThatComparable(Labels.EMPTY).isLessThan(Labels.of("a", "1"));
    }
}
