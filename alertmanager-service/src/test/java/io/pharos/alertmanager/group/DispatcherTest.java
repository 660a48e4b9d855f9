package io.pharos.alertmanager.group;

import static io.pharos.alertmanager.group.Simulation.START;
import static io.pharos.alertmanager.group.Simulation.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alertmanager.cluster.Turn;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.InhibitRule;
import io.pharos.model.alert.Alert;
import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.port.Notifier;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    @Test
    void theMeasuredRunOfTheReferenceIsReproduced() {
        var s = new Simulation().load(1, 3, 6, webhook(true), new Dispatching.Integration("slack", 0, false));
        s.answer = n -> {
            // The log notes a delivery after it took a moment, so that a repeat comes one interval later.
            s.clock.pause(Duration.ofMillis(1));
            return new Notifier.Outcome.Delivered(n.receiverData());
        };
        s.fire("A", "i", "A1").at(19.5);
        assertThat(s.told())
                .extracting(line -> line.replaceAll("\\.\\d+", ""))
                .containsExactly(
                        "1 webhook first notification [A1 firing]",
                        "1 slack first notification [A1 firing]",
                        "10 webhook repeat interval elapsed [A1 firing]",
                        "10 slack repeat interval elapsed [A1 firing]",
                        "19 webhook repeat interval elapsed [A1 firing]",
                        "19 slack repeat interval elapsed [A1 firing]");
        s.at(20).post("OLD", START.minusSeconds(3600), Optional.empty()).at(20.1);
        assertThat(s.told()).hasSize(2).allMatch(line -> line.contains("first notification [OLD firing]"));
        s.resolve("OLD").fire("A", "i", "A2").at(22.5);
        assertThat(s.told())
                .filteredOn(line -> line.contains("A1"))
                .allMatch(line -> line.contains("new alerts added [A1 firing, A2 firing]"));
        s.at(25.5).resolve("A", "i", "A2").at(29);
        assertThat(s.told())
                .filteredOn(line -> line.contains("A1"))
                .singleElement()
                .asString()
                .contains("webhook some alerts resolved [A1 firing, A2 resolved]");
        s.silence("i", "A1", 39);
        s.at(33).resolve("A", "i", "A1").at(38.9);
        assertThat(s.told()).isEmpty();
        assertThat(s.dispatcher.groups()).isEmpty();
        s.at(39.2).fire("A", "i", "A1").at(41);
        assertThat(s.told()).hasSize(2).allMatch(line -> line.contains("repeat interval elapsed [A1 firing]"));
    }

    @Test
    void anAlertWithinGroupWaitJoinsAndALaterOneWaitsForTheInterval() {
        var s = new Simulation().load(1, 2, 3600, webhook(true));
        s.fire("A", "i", "1")
                .at(0.5)
                .fire("A", "i", "2")
                .at(1.6)
                .fire("A", "i", "3")
                .at(4);
        assertThat(s.told())
                .containsExactly(
                        "1.0 webhook first notification [1 firing, 2 firing]",
                        "3.0 webhook new alerts added [1 firing, 2 firing, 3 firing]");
    }

    @Test
    void anOldAlertFlushesOnlyTheGroupItCreates() {
        var s = new Simulation().load(3, 2, 3600, webhook(true));
        s.fire("A", "i", "1")
                .at(0.5)
                .post("A", START.minusSeconds(60), Optional.empty(), "i", "2")
                .at(2.9);
        assertThat(s.told()).isEmpty();
        s.post("B", START.minusSeconds(60), Optional.empty()).at(2.95);
        assertThat(s.told()).containsExactly("2.9 webhook first notification [B firing]");
    }

    @Test
    void resolvedAlertsAreToldOnceAndTheGroupEnds() {
        var s = new Simulation().load(1, 2, 3600, webhook(true));
        s.fire("A").at(2).resolve("A").at(4);
        assertThat(s.told())
                .containsExactly(
                        "1.0 webhook first notification [A firing]", "3.0 webhook all alerts resolved [A resolved]");
        s.resolve("A").at(20);
        assertThat(s.told()).isEmpty();
        assertThat(s.dispatcher.groups()).isEmpty();
    }

    @Test
    void aFailedFlushKeepsResolvedAlertsForTheNextTick() {
        var s = new Simulation().load(1, 2, 3600, webhook(true));
        s.fire("A").at(2).resolve("A");
        s.answer = _ -> new Notifier.Outcome.Refused("no");
        s.at(4);
        s.answer = n -> new Notifier.Outcome.Delivered(n.receiverData());
        s.at(8);
        assertThat(s.told())
                .containsExactly(
                        "1.0 webhook first notification [A firing]",
                        "3.0 webhook all alerts resolved [A resolved]",
                        "5.0 webhook all alerts resolved [A resolved]");
    }

    @Test
    void withoutSendResolvedTheLogIsStillCleared() {
        var s = new Simulation().load(1, 2, 3600, webhook(false));
        s.fire("A").at(2).resolve("A").at(4).fire("A").at(9);
        assertThat(s.told())
                .containsExactly(
                        "1.0 webhook first notification [A firing]", "5.0 webhook first notification [A firing]");
    }

    @Test
    void aReloadRegroupsWithFreshTimersAndRepeatsNothing() {
        var s = new Simulation().load(1, 2, 3600, webhook(true));
        s.fire("A").at(2);
        s.load(1, 2, 3600, webhook(true)).at(10);
        assertThat(s.told()).containsExactly("1.0 webhook first notification [A firing]");
        s.resolve("A").at(12.5);
        assertThat(s.told()).singleElement().asString().contains("all alerts resolved");
    }

    @Test
    void inhibitionHoldsWhileAnySourceFires() {
        var rule = new InhibitRule(
                "",
                List.of(AlertMatcher.equal("sev", "page")),
                List.of(AlertMatcher.equal("sev", "warn")),
                List.of("zone"));
        var s = new Simulation().load(1, 2, 3600, List.of(rule), webhook(true));
        s.fire("S", "sev", "page", "zone", "1", "i", "s1").fire("S", "sev", "page", "zone", "1", "i", "s2");
        s.fire("T", "sev", "warn", "zone", "1")
                .fire("U", "sev", "warn", "zone", "2")
                .at(2);
        assertThat(s.told())
                .containsExactly(
                        "1.0 webhook first notification [s1 firing, s2 firing]",
                        "1.0 webhook first notification [U firing]");
        s.resolve("S", "sev", "page", "zone", "1", "i", "s2").at(4);
        assertThat(s.told()).noneMatch(line -> line.contains("T firing"));
        s.resolve("S", "sev", "page", "zone", "1", "i", "s1").at(6);
        assertThat(s.told()).anyMatch(line -> line.contains("first notification [T firing]"));
    }

    @Test
    void alertsRememberedFromAnOrderlyStopInhibitAndAreToldResolvedWhenTheyEnd() {
        var rule = new InhibitRule(
                "", List.of(AlertMatcher.equal("sev", "page")), List.of(AlertMatcher.equal("sev", "warn")), List.of());
        var log = new NotificationLog(Duration.ofHours(120));
        var before = new Simulation(new ManualWakeups(START), log, Turn.ALONE, 0)
                .load(1, 2, 3600, List.of(rule), webhook(true));
        before.fire("S", "sev", "page").at(2);
        List<Alert> known = before.dispatcher.alerts();
        before.dispatcher.close();

        var s = new Simulation(new ManualWakeups(START.plusSeconds(10)), log, Turn.ALONE, 0);
        s.dispatcher.remember(known);
        s.load(1, 2, 3600, List.of(rule), webhook(true));
        s.fire("T", "sev", "warn").at(200);
        assertThat(s.told()).isEmpty();
        assertThat(s.dispatcher.alerts()).extracting(Alert::name).containsExactly("T");
        s.fire("T", "sev", "warn").at(299);
        assertThat(s.told()).isEmpty();
        s.at(303);
        assertThat(s.told())
                .containsExactlyInAnyOrder(
                        "300.0 webhook all alerts resolved [S resolved]",
                        "301.0 webhook first notification [T firing]");
    }

    @Test
    void aRememberedAlertThatIsReportedAgainHasTheTimesOfTheReport() {
        var log = new NotificationLog(Duration.ofHours(120));
        var before = new Simulation(new ManualWakeups(START), log, Turn.ALONE, 0).load(1, 2, 3600, webhook(true));
        before.fire("A").at(2);
        List<Alert> known = before.dispatcher.alerts();
        before.dispatcher.close();

        var s = new Simulation(new ManualWakeups(START.plusSeconds(10)), log, Turn.ALONE, 0);
        s.dispatcher.remember(known);
        s.load(1, 2, 3600, webhook(true));
        s.fire("A").at(15);
        assertThat(s.dispatcher.alerts()).extracting(Alert::startsAt).containsExactly(START.plusSeconds(10));
        assertThat(s.told()).isEmpty();
    }

    @Test
    void alertsRestoredAfterACrashAreGroupedAgainAndWhatResolvedMeanwhileIsTold() {
        var log = new NotificationLog(Duration.ofHours(120));
        var before = new Simulation(new ManualWakeups(START), log, Turn.ALONE, 0).load(1, 2, 3600, webhook(true));
        before.fire("A").post("B", START, Optional.of(START.plusSeconds(5))).at(2);
        List<Alert> known = before.dispatcher.alerts();

        var s = new Simulation(new ManualWakeups(START.plusSeconds(10)), log, Turn.ALONE, 0);
        s.dispatcher.restore(known);
        s.load(1, 2, 3600, webhook(true));
        s.at(20);
        assertThat(s.told()).containsExactly("10.0 webhook all alerts resolved [B resolved]");
    }

    @Test
    void aReplicaBehindAnotherLooksAgainAfterItsWait() {
        var log = new NotificationLog(Duration.ofHours(120));
        var clock = new ManualWakeups(START);
        var second = new Turn() {
            @Override
            public Duration delay() {
                return Duration.ofSeconds(15);
            }

            @Override
            public boolean awaitReady(java.time.Instant deadline) {
                return true;
            }
        };
        var s = new Simulation(clock, log, second, 0).load(1, 20, 3600, webhook(true));
        s.fire("A").at(0.5);
        // While the second one waits, the first one's delivery reaches it.
        var first = new Simulation(new ManualWakeups(START), new NotificationLog(Duration.ofHours(120)), Turn.ALONE, 0)
                .load(1, 20, 3600, webhook(true));
        first.fire("A").at(2);
        first.log.all().forEach(entry -> log.merge(entry, clock.instant()));
        s.at(30);
        assertThat(s.told()).isEmpty();
    }

    @Test
    void alertsBeyondTheLimitOfTheirNameAreDropped() {
        var s = new Simulation(new ManualWakeups(START), new NotificationLog(Duration.ofHours(1)), Turn.ALONE, 2)
                .load(1, 2, 3600, webhook(true));
        s.fire("A", "i", "1").fire("A", "i", "2").fire("A", "i", "3").fire("A", "i", "1");
        assertThat(s.dispatcher.alerts()).hasSize(2);
        s.resolve("A", "i", "1").at(1);
        s.fire("A", "i", "3");
        assertThat(s.dispatcher.alerts()).hasSize(3);
    }
}
