package io.pharos.scraper.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.model.exposition.ExpositionParser.Options;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.relabel.RelabelRule;
import io.pharos.model.relabel.RelabelRule.Action;
import io.pharos.model.relabel.Relabeler;
import io.pharos.scraper.scrape.ScrapeLoop.Report;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScrapeLoopTest {
    private static final Labels TARGET = Labels.of("instance", "i", "job", "j");
    private static final String TEXT = "text/plain; version=0.0.4";
    private static final String OPENMETRICS = "application/openmetrics-text; version=1.0.0";

    private final RecordingSink sink = new RecordingSink();
    private final Workspace work = new Workspace();
    private final Sharing sharing = new Sharing();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private SampleRules rules = rules(false, true, Relabeler.NONE, 0, 0, 0);
    private long sampleLimit;
    private long seriesLimit;
    private Labels target = TARGET;
    private ScrapeLoop loop = loop(new ScrapeCache(sharing));

    @Test
    void samplesAndReportsAreStoredAtTheTimeOfTheScrape() {
        Report report = scrape(1000, "a 1\nb{x=\"1\"} 2\n");
        assertThat(report).isEqualTo(new Report("", 2, 2, 2, 0.25));
        assertThat(sink.of("a")).containsExactly("@1000 1.0");
        assertThat(sink.of("b")).containsExactly("{x=\"1\"} @1000 2.0");
        assertThat(sink.of("up")).containsExactly("@1000 1.0");
        assertThat(sink.of("scrape_duration_seconds")).containsExactly("@1000 0.25");
        assertThat(sink.of("scrape_samples_scraped")).containsExactly("@1000 2.0");
        assertThat(sink.of("scrape_samples_post_metric_relabeling")).containsExactly("@1000 2.0");
        assertThat(sink.of("scrape_series_added")).containsExactly("@1000 2.0");
        assertThat(sink.of("scrape_timeout_seconds")).isEmpty();
        assertThat(sink.series())
                .allSatisfy(labels -> assertThat(labels.get("job")).isEqualTo("j"));
    }

    @Test
    void aKnownSeriesIsAppendedByItsReference() {
        scrape(1000, "a 1\nb 1\n");
        sink.asked.clear();
        assertThat(scrape(2000, "a 2\nb 2\n").seriesAdded()).isZero();
        assertThat(sink.asked).isEmpty();
        assertThat(sink.of("b")).containsExactly("@1000 1.0", "@2000 2.0");
    }

    @Test
    void labelsAreMadeAgainWhenTheSinkForgotThem() {
        scrape(1000, "# TYPE h histogram\nh_bucket{le=\"1\"} 1\na{x=\"q\\\"\"} 2\n");
        sink.forgetful = true;
        scrape(2000, "# TYPE h histogram\nh_bucket{le=\"1\"} 2\na{x=\"q\\\"\"} 3\n");
        assertThat(sink.of("h_bucket")).containsExactly("{le=\"1.0\"} @1000 1.0", "{le=\"1.0\"} @2000 2.0");
        assertThat(sink.of("a")).hasSize(2);
    }

    @Test
    void aSeriesLimitKeepsWhatIsKnownAndRefusesWhatIsNew() {
        seriesLimit = 2;
        loop = loop(new ScrapeCache(sharing));
        scrape(1000, "a 1\nb 1\n");
        Report report = scrape(2000, "c 2\nb 2\nd{x=\"1\"} 2\na 2\n");
        assertThat(report).isEqualTo(new Report("", 4, 2, 0, 0.25));
        assertThat(sink.of("a")).containsExactly("@1000 1.0", "@2000 2.0");
        assertThat(sink.of("b")).containsExactly("@1000 1.0", "@2000 2.0");
        assertThat(sink.of("c")).isEmpty();
        assertThat(sink.of("up")).containsExactly("@1000 1.0", "@2000 1.0");
        assertThat(loop.cardinality()).isEqualTo(new Cardinality(2, 2, 2, Map.of("a", 1, "b", 1)));
        scrape(3000, "b 3\n");
        scrape(4000, "b 4\nc 4\n");
        assertThat(sink.of("c")).containsExactly("@4000 4.0");
        assertThat(registry.counter("pharos_target_series_refused_total").count())
                .isEqualTo(2);
    }

    @Test
    void aSeriesThatIsGoneGetsAStaleMarkerOnce() {
        scrape(1000, "a 1\nb 1\n");
        scrape(2000, "b 2\n");
        scrape(3000, "b 3\n");
        assertThat(sink.of("a")).containsExactly("@1000 1.0", "@2000 stale");
        assertThat(sink.of("b")).containsExactly("@1000 1.0", "@2000 2.0", "@3000 3.0");
    }

    @Test
    void aFailedScrapeEndsAllSeriesButTheReports() {
        scrape(1000, "a 1\nb 1\n");
        Report report = scrape(2000, "a 2\nb c d\n");
        assertThat(report.error())
                .isEqualTo("strconv.ParseFloat: parsing \"c\": invalid syntax while parsing: \"b c\"");
        assertThat(sink.of("a")).containsExactly("@1000 1.0", "@2000 stale");
        assertThat(sink.of("b")).containsExactly("@1000 1.0", "@2000 stale");
        assertThat(sink.of("up")).containsExactly("@1000 1.0", "@2000 0.0");
        fail(3000, "connection refused");
        assertThat(sink.of("a")).hasSize(2);
        scrape(4000, "a 4\n");
        assertThat(sink.of("a")).containsExactly("@1000 1.0", "@2000 stale", "@4000 4.0");
    }

    @Test
    void anEmptyBodySucceedsAndEndsAllSeries() {
        scrape(1000, "a 1\n");
        assertThat(scrape(2000, "").error()).isEmpty();
        assertThat(sink.of("a")).containsExactly("@1000 1.0", "@2000 stale");
    }

    @Test
    void aSeriesWithATimeOfItsOwnIsNotEnded() {
        scrape(1000, "a 1 500\nb 1\n");
        scrape(2000, "b 2\n");
        assertThat(sink.of("a")).containsExactly("@500 1.0");
    }

    @Test
    void timestampsMayBeIgnored() {
        use(rules(false, false, Relabeler.NONE, 0, 0, 0));
        scrape(1000, "a 1 500\n");
        assertThat(sink.of("a")).containsExactly("@1000 1.0");
    }

    @Test
    void samplesFarAheadAreDroppedAndCounted() {
        scrape(1000, "a 1 700000\nb 1\n");
        assertThat(sink.of("a")).isEmpty();
        assertThat(count("prometheus_target_scrapes_sample_out_of_bounds_total"))
                .isEqualTo(1);
    }

    @Test
    void aSeriesThatComesTwiceCountsAsDuplicate() {
        Report report = scrape(1000, "a 1\na 2\n");
        assertThat(report.error()).isEmpty();
        assertThat(sink.of("a")).containsExactly("@1000 1.0");
        assertThat(count("prometheus_target_scrapes_sample_duplicate_timestamp_total"))
                .isEqualTo(1);
    }

    @Test
    void anotherSpellingOfASeriesIsTheSameSeries() {
        scrape(1000, "a{x=\"1\",y=\"2\"} 1\n");
        scrape(2000, "a{y=\"2\",x=\"1\"} 2\n");
        assertThat(sink.of("a")).containsExactly("{x=\"1\", y=\"2\"} @1000 1.0", "{x=\"1\", y=\"2\"} @2000 2.0");
        assertThat(count("prometheus_target_scrapes_sample_duplicate_timestamp_total"))
                .isZero();
    }

    @Test
    void aTargetThatReplacesAllItsSeriesEndsThemAll() {
        for (int round = 0; round < 3; round++) {
            var body = new StringBuilder();
            for (int i = 0; i < 5000; i++) {
                body.append("a{pod=\"").append(round).append('-').append(i).append("\"} 1\n");
            }
            scrape(1000 + round, body.toString());
        }
        assertThat(sink.of("a"))
                .hasSize(25_000)
                .filteredOn(line -> line.endsWith("stale"))
                .hasSize(10_000);
        assertThat(loop.cache().keys.count()).isEqualTo(5000);
    }

    @Test
    void clashingLabelsAreExported() {
        target = Labels.of("instance", "i", "job", "j", "env", "outer");
        use(rules);
        scrape(
                1000,
                "a{job=\"inner\",instance=\"inner\",exported_job=\"deep\"} 1\nb{env=\"x\",exported_env=\"y\"} 1\n");
        assertThat(sink.series().stream().filter(l -> l.metricName().equals("a")))
                .containsExactly(Labels.of(
                        "__name__",
                        "a",
                        "job",
                        "j",
                        "instance",
                        "i",
                        "env",
                        "outer",
                        "exported_instance",
                        "inner",
                        "exported_job",
                        "deep",
                        "exported_exported_job",
                        "inner"));
    }

    @Test
    void clashingLabelsMayBeHonored() {
        use(rules(true, true, Relabeler.NONE, 0, 0, 0));
        scrape(1000, "a{job=\"inner\",instance=\"\"} 1\n");
        assertThat(sink.series()).contains(Labels.of("__name__", "a", "job", "inner"));
    }

    @Test
    void aRepeatedLabelFailsTheScrape() {
        assertThat(scrape(1000, "b 1\na{x=\"1\",x=\"2\"} 1\n").error())
                .isEqualTo("label name \"x\" is not unique: invalid sample");
        assertThat(sink.of("b")).isEmpty();
    }

    @Test
    void relabellingRewritesAndDrops() {
        use(rules(
                false,
                true,
                new Relabeler(List.of(
                        RelabelRule.of(Action.DROP, List.of("__name__"), "b", "", "$1"),
                        RelabelRule.of(Action.REPLACE, List.of("x"), "(.+)", "y", "$1"))),
                0,
                0,
                0));
        Report report = scrape(1000, "a{x=\"1\"} 1\nb 2\n");
        assertThat(report.scraped()).isEqualTo(2);
        assertThat(report.added()).isEqualTo(1);
        assertThat(sink.of("a")).containsExactly("{x=\"1\", y=\"1\"} @1000 1.0");
        assertThat(scrape(2000, "a{x=\"1\"} 1\nb 2\n").added()).isEqualTo(1);
        assertThat(sink.of("b")).isEmpty();
    }

    @Test
    void aNameTakenAwayFailsTheScrape() {
        use(rules(
                false,
                true,
                new Relabeler(List.of(RelabelRule.of(Action.LABELDROP, List.of(), "__name__", "", "$1"))),
                0,
                0,
                0));
        assertThat(scrape(1000, "a 1\n").error()).isEqualTo("missing metric name (__name__ label)");
    }

    @Test
    void limitsFailTheScrape() {
        use(rules(false, true, Relabeler.NONE, 4, 0, 0));
        assertThat(scrape(1000, "a{b=\"1\",c=\"2\"} 1\n").error())
                .isEqualTo("label_limit exceeded (metric: a, number of labels: 5, limit: 4)");
        use(rules(false, true, Relabeler.NONE, 0, 8, 0));
        assertThat(scrape(1000, "a{instance_=\"1\"} 1\n").error())
                .isEqualTo("label_name_length_limit exceeded (metric: a, label name: instance_, length: 9, limit: 8)");
        use(rules(false, true, Relabeler.NONE, 0, 0, 2));
        assertThat(scrape(1000, "a{b=\"123\"} 1\n").error())
                .isEqualTo(
                        "label_value_length_limit exceeded (metric: a, label name: b, value: \"123\", length: 3, limit: 2)");
        sampleLimit = 2;
        use(rules(false, true, Relabeler.NONE, 0, 0, 0));
        Report report = scrape(3000, "c 1\nd 1\ne 1\n");
        assertThat(report).isEqualTo(new Report("sample limit exceeded", 3, 3, 2, 0.25));
        assertThat(sink.of("c")).isEmpty();
    }

    @Test
    void duplicatesDoNotCountTowardsTheSampleLimit() {
        sampleLimit = 2;
        use(rules);
        assertThat(scrape(1000, "a 1\na 2\na 3\nb 1\n")).isEqualTo(new Report("", 4, 4, 2, 0.25));
    }

    @Test
    void aHistogramThatContradictsItselfFailsTheScrape() {
        // h: count 9, but one observation in a bucket and none elsewhere.
        byte[] metric = {0x3a, 0x0c, 0x08, 0x09, 0x28, 0x00, 0x62, 0x04, 0x08, 0x00, 0x10, 0x01, 0x68, 0x02};
        byte[] body = new byte[metric.length + 9];
        System.arraycopy(
                new byte[] {(byte) (metric.length + 7), 0x0a, 0x01, 'h', 0x18, 0x04, 0x22, (byte) metric.length},
                0,
                body,
                0,
                8);
        System.arraycopy(metric, 0, body, 8, metric.length);
        loop = new ScrapeLoop(
                target,
                rules,
                new ReportRules(0, 0, false, 10),
                Optional.empty(),
                new Options(true, false, false, false),
                new ScrapeMetrics(registry),
                new ScrapeCache(sharing),
                new MetadataCache(sharing));
        Report report = run(1000, new Fetched.Body(body, body.length - 1, "application/vnd.google.protobuf"));
        assertThat(report.error())
                .isEqualTo("1 observations found in buckets, but the Count field is 9: histogram's observation count"
                        + " should equal the number of observations found in the buckets (in absence of NaN)");
        assertThat(report.scraped()).isEqualTo(1);
        assertThat(report.added()).isZero();
    }

    @Test
    void theEndOfATargetEndsItsSeriesAndReports() {
        scrape(1000, "a 1\n");
        loop.endOfRun(2000, work);
        sink.append(work.batch, OnReject.KEEP_REST);
        assertThat(sink.of("a")).containsExactly("@1000 1.0", "@2000 stale");
        assertThat(sink.of("up")).containsExactly("@1000 1.0", "@2000 stale");
        assertThat(sink.of("scrape_series_added")).contains("@2000 stale");
    }

    @Test
    void aCacheCarriedOverGoesOnWithItsSeries() {
        scrape(1000, "a 1\nb 1\n");
        loop = loop(loop.cache());
        assertThat(scrape(2000, "a 2\n").seriesAdded()).isZero();
        assertThat(sink.of("b")).containsExactly("@1000 1.0", "@2000 stale");
    }

    @Test
    void exemplarsGoWithTheirSamples() {
        scrape(
                5000,
                "# TYPE a counter\na_total 5 # {id=\"x\"} 1.5 4\na_total{l=\"2\"} 5 # {id=\"y\"} 1.5\n# EOF\n",
                OPENMETRICS);
        assertThat(sink.exemplars).containsExactly("a_total {id=\"x\"} 4000", "a_total {id=\"y\"} 5000");
    }

    @Test
    void anAnswerOfUnknownTypeFails() {
        assertThat(scrape(1000, "a 1\n", "").error())
                .isEqualTo(
                        "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target");
        assertThat(scrape(1000, "a 1\n", "text/html").error())
                .isEqualTo(
                        "received unsupported Content-Type \"text/html\" and no fallback_scrape_protocol specified for target");
        assertThat(scrape(1000, "a 1\n", "te xt;;").error())
                .isEqualTo("cannot parse Content-Type \"te xt;;\" and no fallback_scrape_protocol for target\n"
                        + "mime: expected slash after first token");
        assertThat(scrape(1000, "a 1\n", "text/plain; a=1; A=2").error()).endsWith("\nmime: duplicate parameter name");
    }

    @Test
    void metadataIsTheLastOneReadAndStaysForTenScrapes() {
        scrape(1000, "# TYPE a gauge\n# TYPE a counter\n# HELP a one\n# HELP a two\na 1\n");
        scrape(2000, "# TYPE a gauge\n# TYPE a counter\n# HELP a one\n# HELP a two\na 1\n");
        assertThat(loop.metadata().families().toString())
                .isEqualTo("{a=MetricMetadata[type=COUNTER, unit=, help=two]}");
        scrape(3000, "# TYPE a gauge\na 1\n");
        assertThat(loop.metadata().families().toString()).isEqualTo("{a=MetricMetadata[type=GAUGE, unit=, help=two]}");
        for (int i = 4; i < 14; i++) {
            scrape(i * 1000, "b 1\n");
        }
        assertThat(loop.metadata().families()).hasSize(1);
        scrape(14000, "b 1\n");
        assertThat(loop.metadata().families()).isEmpty();
    }

    @Test
    void aTypeThatIsKnownStillHoldsForNewSeries() {
        String head = "# HELP h text\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\n";
        scrape(1000, head);
        scrape(2000, head + "h_bucket{le=\"2\"} 1\n# TYPE g gauge\ng{le=\"1\"} 3");
        assertThat(sink.of("h_bucket"))
                .containsExactly("{le=\"1.0\"} @1000 1.0", "{le=\"1.0\"} @2000 1.0", "{le=\"2.0\"} @2000 1.0");
        scrape(3000, "# TYPE g gauge\ng{le=\"1\"} 3\n" + head);
        assertThat(sink.of("g")).containsExactly("{le=\"1\"} @2000 3.0", "{le=\"1\"} @3000 3.0");
        assertThat(loop.metadata().families()).containsOnlyKeys("g", "h");
    }

    @Test
    void manyFailuresDoNotLetTheCacheGrow() {
        for (int i = 0; i < 100; i++) {
            var body = new StringBuilder();
            for (int k = 0; k < 100; k++) {
                body.append("a_").append(i).append('_').append(k).append(" 1\n");
            }
            scrape(1000 + i, body + "broken");
        }
        assertThat(loop.cache().keys.count()).isLessThan(1200);
        assertThat(count("prometheus_target_scrapes_cache_flush_forced_total")).isPositive();
    }

    private double count(String name) {
        return registry.counter(name).count();
    }

    private void use(SampleRules changed) {
        rules = changed;
        loop = loop(new ScrapeCache(sharing));
    }

    private ScrapeLoop loop(ScrapeCache cache) {
        return new ScrapeLoop(
                target,
                rules,
                new ReportRules(sampleLimit, seriesLimit, false, 10),
                Optional.empty(),
                Options.PLAIN,
                new ScrapeMetrics(registry),
                cache,
                new MetadataCache(sharing));
    }

    private static SampleRules rules(
            boolean honorLabels,
            boolean honorTimestamps,
            Relabeler relabeler,
            long labelLimit,
            long nameLimit,
            long valueLimit) {
        return new SampleRules(
                honorLabels,
                honorTimestamps,
                false,
                relabeler,
                false,
                labelLimit,
                nameLimit,
                valueLimit,
                0,
                0,
                false,
                false,
                false,
                false);
    }

    private Report scrape(long atMs, String body) {
        return scrape(atMs, body, TEXT);
    }

    private Report scrape(long atMs, String body, String type) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return run(atMs, new Fetched.Body(Arrays.copyOf(bytes, bytes.length + 1), bytes.length, type));
    }

    private void fail(long atMs, String error) {
        run(atMs, new Fetched.Failed(error, false));
    }

    private Report run(long atMs, Fetched fetched) {
        Report report = loop.scrape(fetched, atMs, () -> 0.25, work);
        loop.appended(sink.append(work.batch, OnReject.KEEP_REST), work);
        return report;
    }
}
