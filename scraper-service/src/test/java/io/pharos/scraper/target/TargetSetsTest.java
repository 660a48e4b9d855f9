package io.pharos.scraper.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.discovery.TargetGroup;
import io.pharos.model.labels.Labels;
import io.pharos.model.relabel.RelabelRule;
import io.pharos.model.relabel.RelabelRule.Action;
import io.pharos.model.relabel.Relabeler;
import io.pharos.scraper.target.TargetSets.TargetSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetSetsTest {
    private static final RelabelRule NOTHING = RelabelRule.of(Action.KEEP, List.of(), "", "", "$1");

    @Test
    void aTargetHasTheLabelsOfItsGroupAndItsJob() {
        TargetSet set = TargetSets.of(
                rules(Map.of("module", List.of("one", "two")), 0, NOTHING),
                List.of(group(Labels.of("rack", "r", "__meta_x", "m"), "h:1")));
        Target target = set.active().getFirst();
        assertThat((Object) target.labels()).isEqualTo(Labels.of("instance", "h:1", "job", "j", "rack", "r"));
        assertThat((Object) target.discovered())
                .isEqualTo(Labels.of(
                        "__address__", "h:1",
                        "__always_scrape_classic_histograms__", "false",
                        "__convert_classic_histograms_to_nhcb__", "false",
                        "__meta_x", "m",
                        "__metrics_path__", "/metrics",
                        "__param_module", "one",
                        "__scheme__", "http",
                        "__scrape_interval__", "15s",
                        "__scrape_native_histograms__", "false",
                        "__scrape_timeout__", "10s",
                        "job", "j",
                        "rack", "r"));
        assertThat(target.url()).isEqualTo("http://h:1/metrics?module=one&module=two");
        assertThat(target.intervalMs()).isEqualTo(15_000);
    }

    @Test
    void relabellingRewritesParametersPathAndSchedule() {
        Target target = TargetSets.of(
                        rules(
                                Map.of("module", List.of("old", "second")),
                                0,
                                set("__param_module", "a b&c"),
                                set("__param_extra", "yes"),
                                set("__metrics_path__", "x/é?"),
                                set("__scrape_interval__", "1m"),
                                set("__scrape_timeout__", "1700ms")),
                        List.of(group(Labels.EMPTY, "h:1")))
                .active()
                .getFirst();
        assertThat(target.url()).isEqualTo("http://h:1/x/%C3%A9%3F?extra=yes&module=a+b%26c&module=second");
        assertThat(target.timeoutMs()).isEqualTo(1700);
        assertThat(target.interval()).isEqualTo("1m");
    }

    @Test
    void aLabelLimitsTheSeriesOfATarget() {
        TargetSet set = TargetSets.of(
                rules(Map.of(), 0, set("__pharos_series_limit__", "5000")), List.of(group(Labels.EMPTY, "h:1")));
        assertThat(set.active().getFirst().seriesLimit()).isEqualTo(5000);
        assertThat(set.active().getFirst().labels().has("__pharos_series_limit__"))
                .isFalse();
        assertThat(TargetSets.of(
                                rules(Map.of(), 0, set("__pharos_series_limit__", "many")),
                                List.of(group(Labels.EMPTY, "h:1")))
                        .failures())
                .containsExactly("instance 0 in group g: error parsing series limit: \"many\" in"
                        + " __pharos_series_limit__ is no whole number; 0 means no limit");
    }

    @Test
    void targetsOfOneIdentityCollapse() {
        assertThat(TargetSets.of(
                                rules(Map.of(), 0, NOTHING),
                                List.of(group(Labels.EMPTY, "h:1", "h:1"), group(Labels.EMPTY, "h:1", "h:2")))
                        .active())
                .hasSize(2);
    }

    @Test
    void droppedTargetsAreKeptUpToTheLimitWithTheRuleThatDroppedThem() {
        TargetSet set = TargetSets.of(
                rules(Map.of(), 1, set("x", "y"), RelabelRule.of(Action.DROP, List.of("__address__"), "h.*", "", "$1")),
                List.of(group(Labels.EMPTY, "h:1", "h:2", "k:1")));
        assertThat(set.active()).hasSize(1);
        assertThat(set.droppedCount()).isEqualTo(2);
        assertThat(set.dropped()).hasSize(1);
        assertThat(set.dropped().getFirst().rule()).isEqualTo(1);
    }

    @Test
    void whatCannotBeATargetSaysWhy() {
        assertThat(failure(set("__address__", ""))).endsWith("no address");
        assertThat(failure(set("__address__", "http://x"))).endsWith("\"http://x\" is not a valid hostname");
        assertThat(failure(set("__scrape_interval__", "x")))
                .endsWith("error parsing scrape interval: not a valid duration string: \"x\"");
        assertThat(failure(set("__scrape_interval__", "0s"))).endsWith("scrape interval cannot be 0");
        assertThat(failure(set("__scrape_timeout__", "16s")))
                .endsWith("scrape timeout cannot be greater than scrape interval (\"16s\" > \"15s\")");
        assertThat(failure(set("__scrape_native_histograms__", "maybe")))
                .isEqualTo("instance 0 in group g: error parsing scrape native histograms: strconv.ParseBool: parsing"
                        + " \"maybe\": invalid syntax");
    }

    @Test
    void aTargetIsScrapedAtTheSamePhaseWheneverItStarts() {
        Target target = TargetSets.of(rules(Map.of(), 0, NOTHING), List.of(group(Labels.EMPTY, "h:1")))
                .active()
                .getFirst();
        long interval = 15_000_000_000L;
        long phase = -1;
        for (long now = 1_795_580_000_000_000_000L; now < 1_795_580_100_000_000_000L; now += 7_777_777_777L) {
            long delay = target.firstScrapeDelayNanos(now, 42);
            assertThat(delay).isBetween(0L, interval);
            long at = (now + delay) % interval;
            assertThat(phase < 0 ? at : phase).isEqualTo(at);
            phase = at;
        }
    }

    private static String failure(RelabelRule rule) {
        return TargetSets.of(rules(Map.of(), 0, rule), List.of(group(Labels.EMPTY, "h:1")))
                .failures()
                .getFirst();
    }

    private static RelabelRule set(String label, String value) {
        return RelabelRule.of(Action.REPLACE, List.of(), "(.*)", label, value);
    }

    private static TargetRules rules(Map<String, List<String>> params, long keepDropped, RelabelRule... rules) {
        return new TargetRules(
                "j",
                "15s",
                "10s",
                "/metrics",
                "http",
                params,
                false,
                false,
                false,
                new Relabeler(List.of(rules)),
                keepDropped);
    }

    private static TargetGroup group(Labels shared, String... addresses) {
        return new TargetGroup(
                "g",
                java.util.Arrays.stream(addresses)
                        .map(address -> Labels.of("__address__", address))
                        .toList(),
                shared);
    }
}
