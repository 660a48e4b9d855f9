package io.pharos.scraper.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyTablePropertyTest {
    @Test
    void aTableAgreesWithAMap() {
        for (long seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            var sharing = new Sharing();
            var table = new KeyTable();
            Map<String, Integer> map = new HashMap<>();
            for (int step = 0; step < 2000; step++) {
                String key = "key-" + random.nextInt(300) + "x".repeat(random.nextInt(3) * random.nextInt(20));
                byte[] bytes = ("?" + key).getBytes(StandardCharsets.UTF_8);
                int slot = table.find(bytes, 1, bytes.length);
                assertThat(slot).as("seed %d, step %d, %s", seed, step, key).isEqualTo(map.getOrDefault(key, -1));
                if (slot < 0) {
                    map.put(key, table.add(bytes, 1, bytes.length));
                } else if (random.nextInt(3) == 0) {
                    table.remove(slot);
                    map.remove(key);
                }
                if (random.nextInt(20) == 0) {
                    table.restart();
                    table.rest(sharing);
                }
                assertThat(table.count()).isEqualTo(map.size());
            }
            map.forEach((key, slot) -> assertThat(Arrays.copyOfRange(table.arena(), table.from(slot), table.to(slot)))
                    .isEqualTo(key.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void tablesThatHoldTheSameShareItUntilOneChanges() {
        var sharing = new Sharing();
        var one = new KeyTable();
        var other = new KeyTable();
        for (int i = 0; i < 200; i++) {
            byte[] key = ("k" + i).getBytes(StandardCharsets.UTF_8);
            one.visit(one.add(key, 0, key.length));
            other.visit(other.add(key, 0, key.length));
        }
        one.rest(sharing);
        assertThat(one.arena()).isNotSameAs(other.arena());
        one.restart();
        one.rest(sharing);
        other.restart();
        other.rest(sharing);
        assertThat(one.arena()).isSameAs(other.arena());
        byte[] more = "more".getBytes(StandardCharsets.UTF_8);
        int slot = one.add(more, 0, more.length);
        assertThat(one.find(more, 0, more.length)).isEqualTo(slot);
        assertThat(other.find(more, 0, more.length)).isEqualTo(-1);
        other.remove(7);
        byte[] seventh = "k7".getBytes(StandardCharsets.UTF_8);
        assertThat(one.find(seventh, 0, 2)).isEqualTo(7);
        assertThat(other.find(seventh, 0, 2)).isEqualTo(-1);
    }

    @Test
    void theSameOrderIsGuessedWhole() {
        var table = new KeyTable();
        var slots = new ArrayList<Integer>();
        for (int i = 0; i < 100; i++) {
            byte[] key = ("k" + i).getBytes(StandardCharsets.UTF_8);
            slots.add(table.add(key, 0, key.length));
            table.visit(slots.getLast());
        }
        table.restart();
        for (int slot : slots) {
            assertThat(table.guess()).isEqualTo(slot);
            table.visit(slot);
        }
        table.remove(slots.get(50));
        table.restart();
        for (int i = 0; i < 50; i++) {
            assertThat(table.guess()).isEqualTo(slots.get(i));
            table.visit(slots.get(i));
        }
        assertThat(table.guess()).isEqualTo(-1);
        table.visit(slots.get(51));
        assertThat(table.guess()).isEqualTo(slots.get(52));
    }
}
