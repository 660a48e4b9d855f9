package io.pharos.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.storage.memory.Slab;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class LabelIndexTest {
    private static final List<Matcher> MATCHERS = List.of(
            Matcher.equal("__name__", "m1"),
            Matcher.equal("__name__", "none"),
            Matcher.notEqual("__name__", "m2"),
            Matcher.equal("zone", ""),
            Matcher.notEqual("zone", ""),
            Matcher.regex("zone", "|z1"),
            Matcher.notRegex("zone", "z[12]|"),
            Matcher.regex("pod", "app-[0-9]*7-.*"),
            Matcher.notRegex("pod", "app-[0-9]*7-.*"),
            Matcher.regex("pod", "app-1.*"),
            Matcher.regex("pod", ".+"),
            Matcher.regex("pod", ".*"),
            Matcher.regex("pod", "app-3-x|app-5-x|none"),
            Matcher.notRegex("pod", "app-3-x|app-5-x"),
            Matcher.regex("pod", "(?i)APP-(1|2é?)+-[x-z]"),
            Matcher.regex("pod", ".*é.*"),
            Matcher.notEqual("pod", "app-9-x"),
            Matcher.regex("job", ".+"),
            Matcher.equal("absent", "a"),
            Matcher.notRegex("absent", "a.*"));

    @Test
    void findsWhatEachMatcherSaysWhileSeriesComeAndGo() {
        var random = new Random(7);
        try (var slab = new Slab()) {
            var index = new LabelIndex(slab);
            var series = new TreeMap<Integer, Labels>();
            for (int round = 0; round < 40; round++) {
                for (int i = 0; i < 150; i++) {
                    Labels labels = random(random);
                    if (index.find(labels) < 0) {
                        int id = 0;
                        while (series.containsKey(id)) {
                            id += 1 + random.nextInt(3);
                        }
                        index.add(id, labels);
                        series.put(id, labels);
                    }
                }
                index.settle();
                check(index, series, random);
                var gone = new RoaringBitmap();
                for (int id : series.keySet()) {
                    if (random.nextInt(10) == 0) {
                        gone.add(id);
                    }
                }
                index.remove(gone);
                gone.forEach((int id) -> series.remove(id));
                check(index, series, random);
            }
            assertThat(index.values("pod", null)).hasSizeGreaterThan(256);
        }
    }

    private static Labels random(Random random) {
        String pod = "app-" + random.nextInt(600) + (random.nextInt(20) == 0 ? "é" : "-x");
        String metric = "m" + random.nextInt(4);
        return random.nextInt(3) == 0
                ? Labels.of("__name__", metric, "job", "j", "pod", pod)
                : Labels.of("__name__", metric, "job", "j", "pod", pod, "zone", "z" + random.nextInt(3));
    }

    private static void check(LabelIndex index, TreeMap<Integer, Labels> series, Random random) {
        for (int i = 0; i < 60; i++) {
            var matchers = new ArrayList<Matcher>();
            for (int n = random.nextInt(3); n >= 0; n--) {
                matchers.add(MATCHERS.get(random.nextInt(MATCHERS.size())));
            }
            var expected = new RoaringBitmap();
            series.forEach((id, labels) -> {
                if (matchers.stream().allMatch(m -> m.matches(labels))) {
                    expected.add(id);
                }
            });
            assertThat(index.matching(matchers)).as("%s", matchers).isEqualTo(expected);
            var values = new TreeSet<String>();
            expected.forEach((int id) -> values.add(index.labels(id).get("pod")));
            assertThat(index.values("pod", expected)).containsExactlyElementsOf(values);
        }
        var names = new TreeSet<String>();
        var pods = new TreeSet<String>();
        series.values().forEach(labels -> {
            labels.forEach(label -> names.add(label.name()));
            pods.add(labels.get("pod"));
        });
        assertThat(index.names(null)).containsExactlyElementsOf(names);
        assertThat(index.values("pod", null)).containsExactlyElementsOf(pods);
        assertThat(index.seriesByPair(1)).hasSize(1).allSatisfy(top -> assertThat(top.name())
                .isEqualTo("job=j"));
        series.forEach((id, labels) -> {
            assertThat((Object) index.labels(id)).isEqualTo(labels);
            assertThat(index.find(labels)).isEqualTo(id);
        });
    }

    @Test
    void topListsCountWhatThereIsAndPairsAreKnownBeforeTheyArePosted() {
        var random = new Random(3);
        try (var slab = new Slab()) {
            var index = new LabelIndex(slab);
            var metrics = new TreeMap<String, Long>();
            var pairs = new TreeMap<String, Long>();
            var values = new TreeMap<String, TreeSet<String>>();
            int id = 0;
            for (int i = 0; i < 3000; i++) {
                Labels labels = random(random);
                if (index.find(labels) >= 0) {
                    continue;
                }
                index.add(id++, labels);
                metrics.merge(labels.metricName(), 1L, Long::sum);
                labels.forEach(label -> {
                    pairs.merge(label.name() + "=" + label.value(), 1L, Long::sum);
                    values.computeIfAbsent(label.name(), _ -> new TreeSet<>()).add(label.value());
                });
                String job = labels.get("job");
                assertThat((long) index.seriesWith("job", job)).isEqualTo(pairs.get("job=" + job));
            }
            index.settle();
            assertThat(index.seriesByMetric(3)).hasSize(3);
            assertThat(index.seriesByMetric(100))
                    .hasSameSizeAs(metrics.keySet())
                    .allSatisfy(top -> assertThat(top.value()).isEqualTo(metrics.get(top.name())));
            assertThat(index.seriesByPair(10_000))
                    .hasSameSizeAs(pairs.keySet())
                    .allSatisfy(top -> assertThat(top.value()).isEqualTo(pairs.get(top.name())));
            assertThat(index.valuesByName(100)).hasSameSizeAs(values.keySet()).allSatisfy(top -> assertThat(top.value())
                    .isEqualTo(values.get(top.name()).size()));
            assertThat(index.seriesByPair(10_000)).isSortedAccordingTo((a, b) -> Long.compare(b.value(), a.value()));
        }
    }
}
