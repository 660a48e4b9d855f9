package io.pharos.rule.group;

import static io.pharos.rule.group.FakePorts.START;
import static io.pharos.rule.group.FakePorts.alert;
import static io.pharos.rule.group.FakePorts.element;
import static io.pharos.rule.group.FakePorts.record;
import static io.pharos.rule.group.FakePorts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.QueryResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleGroupTest {
    private final FakePorts fake = new FakePorts();

    private static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    private static Duration seconds(int n) {
        return Duration.ofSeconds(n);
    }

    private static List<String> states(RuleGroup group) {
        return group.status().rules().getFirst().alerts().stream()
                .map(alert -> alert.labels() + " " + alert.state().text())
                .toList();
    }

    private static String error(RuleGroup group) {
        return group.status().rules().getFirst().health().lastError();
    }

    @Test
    void aRecordingRuleNamesAndLabelsEveryElement() {
        fake.vector("q", element(1, "__name__", "x", "a", "1", "gone", "y"), element(2, "a", "2"));
        RuleGroup group = fake.group(true, spec(record("r", "q", "b", "new")));
        group.evaluate(at(15));
        assertThat(fake.appended())
                .containsExactly(
                        "{__name__=\"r\", a=\"1\", b=\"new\", gone=\"y\"} 1.0 @ 15000",
                        "{__name__=\"r\", a=\"2\", b=\"new\"} 2.0 @ 15000");
        assertThat(group.status().rules().getFirst().health().text()).isEqualTo("ok");
    }

    @Test
    void anEmptyLabelValueOfARuleRemovesTheLabel() {
        fake.vector("q", element(1, "a", "1"));
        fake.group(true, spec(new RuleSpec.Recording("r", FakePorts.number(), "q", Map.of("a", ""))))
                .evaluate(at(0));
        assertThat(fake.appended()).containsExactly("{__name__=\"r\"} 1.0 @ 0");
    }

    @Test
    void elementsThatBecomeOneSeriesFailTheRule() {
        fake.vector("q", element(1, "a", "1"), element(2, "a", "2"));
        RuleGroup group = fake.group(true, spec(record("r", "q", "a", "same")));
        group.evaluate(at(0));
        assertThat(error(group)).isEqualTo("vector contains metrics with the same labelset after applying rule labels");
        assertThat(fake.appended()).isEmpty();
    }

    @Test
    void aLimitFailsTheRuleThatExceedsIt() {
        fake.vector("q", element(1, "a", "1"), element(2, "a", "2"));
        RuleGroup group = fake.group(true, spec(1, Duration.ZERO, record("r", "q")));
        group.evaluate(at(0));
        assertThat(error(group)).isEqualTo("exceeded limit of 1 with 2 series");
        RuleGroup alerts = fake.group(true, spec(1, Duration.ZERO, alert("A", "q", Duration.ZERO)));
        alerts.evaluate(at(0));
        assertThat(error(alerts)).isEqualTo("exceeded limit of 1 with 2 alerts");
        assertThat(states(alerts)).isEmpty();
        assertThat(fake.sent).isEmpty();
    }

    @Test
    void aSeriesThatARuleGivesNoMoreEndsWithAStaleMarker() {
        fake.vector("q", element(1, "a", "1"), element(2, "a", "2"));
        RuleGroup group = fake.group(true, spec(0, seconds(10), record("r", "q")));
        group.evaluate(at(15));
        fake.appended();
        fake.vector("q", element(3, "a", "2"));
        group.evaluate(at(30));
        assertThat(fake.appended())
                .containsExactly("{__name__=\"r\", a=\"2\"} 3.0 @ 20000", "{__name__=\"r\", a=\"1\"} stale @ 20000");
        group.evaluate(at(45));
        assertThat(fake.appended()).containsExactly("{__name__=\"r\", a=\"2\"} 3.0 @ 35000");
        assertThat(fake.asked).containsExactly("q @ 5000", "q @ 20000", "q @ 35000");
    }

    @Test
    void aFailingQueryEndsNoSeriesAndFailsOnlyItsRule() {
        fake.vector("q", element(1));
        fake.vector("p", element(2));
        RuleGroup group = fake.group(true, spec(record("r", "q"), record("s", "p")));
        group.evaluate(at(0));
        fake.appended();
        fake.answers.remove("q");
        group.evaluate(at(15));
        assertThat(fake.appended()).containsExactly("{__name__=\"s\"} 2.0 @ 15000");
        assertThat(group.status().rules())
                .extracting(rule -> rule.health().text())
                .containsExactly("err", "ok");
        assertThat(fake.meters
                        .get("prometheus_rule_evaluation_failures_total")
                        .tag("rule_group", "f.yml;g")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void independentRulesAreAppendedTogether() {
        fake.vector("q", element(1));
        fake.group(true, spec(record("r", "q"), record("s", "q"), record("t", "q")))
                .evaluate(at(0));
        assertThat(fake.batches).hasSize(1);
    }

    @Test
    void aStringIsNoResultOfARule() {
        fake.answers.put("q", atMs -> new QueryResult.Text(atMs, "x"));
        RuleGroup group = fake.group(true, spec(record("r", "q")));
        group.evaluate(at(0));
        assertThat(error(group)).isEqualTo("rule result is not a vector or scalar");
    }

    @Test
    void aScalarIsASeriesWithoutLabels() {
        fake.answers.put("q", atMs -> new QueryResult.Scalar(atMs, 7));
        fake.group(true, spec(record("r", "q"))).evaluate(at(0));
        assertThat(fake.appended()).containsExactly("{__name__=\"r\"} 7.0 @ 0");
    }

    @Test
    void anAlertWaitsForItsTimeAndFires() {
        fake.vector("q", element(3, "__name__", "m", "job", "a"));
        RuleGroup group = fake.group(true, spec(alert("A", "q", seconds(30))));
        group.evaluate(at(0));
        assertThat(states(group)).containsExactly("{alertname=\"A\", job=\"a\"} pending");
        assertThat(fake.appended())
                .containsExactly(
                        "{__name__=\"ALERTS\", alertname=\"A\", alertstate=\"pending\", job=\"a\"} 1.0 @ 0",
                        "{__name__=\"ALERTS_FOR_STATE\", alertname=\"A\", job=\"a\"} 1.7672256E9 @ 0");
        group.evaluate(at(15));
        assertThat(fake.sent).isEmpty();
        fake.appended();
        group.evaluate(at(30));
        assertThat(states(group)).containsExactly("{alertname=\"A\", job=\"a\"} firing");
        assertThat(fake.appended())
                .containsExactly(
                        "{__name__=\"ALERTS\", alertname=\"A\", alertstate=\"firing\", job=\"a\"} 1.0 @ 30000",
                        "{__name__=\"ALERTS_FOR_STATE\", alertname=\"A\", job=\"a\"} 1.7672256E9 @ 30000",
                        "{__name__=\"ALERTS\", alertname=\"A\", alertstate=\"pending\", job=\"a\"} stale @ 30000");
        assertThat(fake.sent)
                .containsExactly(new Alert(
                        Labels.of("alertname", "A", "job", "a"),
                        Labels.of("text", "is 3.0"),
                        at(30),
                        at(30 + 240),
                        at(30),
                        "http://pharos/graph?g0.expr=q&g0.tab=1",
                        false));
    }

    @Test
    void aFiringAlertIsSentAgainAfterTheResendDelay() {
        fake.vector("q", element(3));
        RuleGroup group = fake.group(true, spec(alert("A", "q", Duration.ZERO)));
        for (int second = 0; second <= 150; second += 15) {
            group.evaluate(at(second));
        }
        assertThat(fake.sent).extracting(Alert::updatedAt).containsExactly(at(0), at(75), at(150));
    }

    @Test
    void aResolvedAlertIsToldForAQuarterOfAnHour() {
        fake.vector("q", element(3));
        RuleGroup group = fake.group(true, spec(alert("A", "q", Duration.ZERO)));
        group.evaluate(at(0));
        fake.vector("q");
        for (int second = 15; second <= 1200; second += 15) {
            group.evaluate(at(second));
        }
        assertThat(states(group)).isEmpty();
        List<Alert> resolved = fake.sent.stream()
                .filter(alert -> alert.endsAt().equals(at(15)))
                .toList();
        assertThat(fake.sent).hasSize(1 + resolved.size());
        assertThat(resolved.getFirst().updatedAt()).isEqualTo(at(15));
        assertThat(resolved.getLast().updatedAt()).isEqualTo(at(15 + 900));
    }

    @Test
    void anAlertThatComesBackIsANewOne() {
        fake.vector("q", element(3));
        RuleGroup group = fake.group(true, spec(alert("A", "q", Duration.ZERO)));
        group.evaluate(at(0));
        fake.vector("q");
        group.evaluate(at(15));
        fake.vector("q", element(4));
        group.evaluate(at(30));
        assertThat(fake.sent).extracting(Alert::startsAt).containsExactly(at(0), at(0), at(30));
    }

    @Test
    void keepFiringForBridgesAGap() {
        fake.vector("q", element(3));
        RuleGroup group = fake.group(true, spec(alert("A", "q", Duration.ZERO, seconds(30), Map.of())));
        group.evaluate(at(0));
        fake.vector("q");
        group.evaluate(at(15));
        assertThat(group.status().rules().getFirst().alerts().getFirst().keepFiringSince())
                .contains(at(15));
        group.evaluate(at(30));
        assertThat(states(group)).containsExactly("{alertname=\"A\"} firing");
        group.evaluate(at(45));
        assertThat(states(group)).isEmpty();
        assertThat(group.status().rules().getFirst().state()).isEqualTo(AlertState.INACTIVE);
    }

    @Test
    void aPendingAlertThatGoesAwayIsForgotten() {
        fake.vector("q", element(3));
        RuleGroup group = fake.group(true, spec(alert("A", "q", seconds(30))));
        group.evaluate(at(0));
        fake.vector("q");
        group.evaluate(at(15));
        assertThat(states(group)).isEmpty();
        assertThat(fake.sent).isEmpty();
    }

    @Test
    void alertsThatBecomeOneFailTheRuleAndChangeNoState() {
        fake.vector("q", element(1, "n", "1"));
        RuleGroup group = fake.group(true, spec(alert("A", "q", Duration.ZERO, Duration.ZERO, Map.of("n", "same"))));
        group.evaluate(at(0));
        fake.vector("q", element(1, "n", "1"), element(2, "n", "2"));
        group.evaluate(at(15));
        assertThat(error(group))
                .isEqualTo("vector contains metrics with the same labelset after applying alert labels");
        assertThat(states(group)).containsExactly("{alertname=\"A\", n=\"same\"} firing");
    }

    @Test
    void aStoreThatIsDownFailsTheRulesButNotTheAlerts() {
        fake.vector("q", element(3));
        fake.storeDown = true;
        RuleGroup group = fake.group(true, spec(alert("A", "q", Duration.ZERO)));
        group.evaluate(at(0));
        assertThat(error(group)).isEqualTo("store is down");
        assertThat(fake.sent).hasSize(1);
        fake.storeDown = false;
        group.evaluate(at(15));
        assertThat(error(group)).isEmpty();
    }

    @Test
    void aChangedGroupTakesOverAlertsAndEndsTheSeriesOfRulesThatAreGone() {
        fake.vector("q", element(3));
        RuleGroup old = fake.group(true, spec(alert("A", "q", seconds(30)), record("r", "q"), record("gone", "q")));
        old.evaluate(at(0));
        fake.appended();
        RuleGroup changed = fake.group(true, spec(record("r", "q"), alert("A", "q", seconds(15))));
        changed.takeOver(old);
        changed.evaluate(at(15));
        assertThat(changed.status().rules().get(1).alerts().getFirst().activeAt())
                .isEqualTo(at(0));
        assertThat(changed.status().rules().get(1).state()).isEqualTo(AlertState.FIRING);
        assertThat(fake.appended())
                .contains(
                        "{__name__=\"gone\"} stale @ 15000",
                        "{__name__=\"ALERTS\", alertname=\"A\", alertstate=\"pending\"} stale @ 15000")
                .doesNotContain("{__name__=\"r\"} stale @ 15000");
    }

    @Test
    void anAlertWaitsAgainWhenItsRuleHasComeToAskForMore() {
        fake.vector("q", element(3));
        RuleGroup old = fake.group(true, spec(alert("A", "q", seconds(15))));
        old.evaluate(at(0));
        old.evaluate(at(15));
        assertThat(fake.sent).hasSize(1);
        RuleGroup changed = fake.group(true, spec(alert("A", "q", seconds(45))));
        changed.takeOver(old);
        changed.evaluate(at(30));
        assertThat(states(changed)).containsExactly("{alertname=\"A\"} pending");
        changed.evaluate(at(45));
        assertThat(fake.sent).extracting(Alert::startsAt).containsExactly(at(15), at(45));
    }

    @Test
    void aGroupThatIsGoneEndsAllItsSeries() {
        fake.vector("q", element(3));
        RuleGroup group = fake.group(true, spec(record("r", "q"), record("s", "q")));
        group.evaluate(at(0));
        fake.appended();
        group.endAllSeries(at(30));
        assertThat(fake.appended()).containsExactly("{__name__=\"r\"} stale @ 30000", "{__name__=\"s\"} stale @ 30000");
    }
}
