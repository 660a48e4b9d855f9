package io.pharos.rule.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.QueryResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Compares the alerts of a rule with a slow model that knows only when each element was there.
class AlertingRulePropertyTest {
    private static final int INTERVAL = 15;
    private static final Duration RESEND = Duration.ofMinutes(1);

    /// What the model says an alert is at after the evaluation `now`, from the times its element was there.
    private static String model(List<Boolean> there, int now, int hold, int keepFiring) {
        String state = "inactive";
        int activeAt = 0;
        int missingSince = -1;
        for (int second = 0; second <= now; second += INTERVAL) {
            if (there.get(second / INTERVAL)) {
                missingSince = -1;
                if (state.equals("inactive")) {
                    state = "pending";
                    activeAt = second;
                }
                if (second - activeAt >= hold) {
                    state = "firing";
                }
            } else if (state.equals("pending")) {
                state = "inactive";
            } else if (state.equals("firing")) {
                missingSince = missingSince < 0 ? second : missingSince;
                if (keepFiring == 0 || second - missingSince >= keepFiring) {
                    state = "inactive";
                    missingSince = -1;
                }
            }
        }
        return state.equals("inactive") ? state : state + " since " + activeAt;
    }

    @Test
    void alertsAreInTheStateTheirHistoryAsksFor() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            int hold = random.nextInt(6) * 10;
            int keepFiring = random.nextInt(5) * 10;
            var fake = new FakePorts();
            RuleGroup group = fake.group(
                    true,
                    FakePorts.spec(FakePorts.alert(
                            "A", "q", Duration.ofSeconds(hold), Duration.ofSeconds(keepFiring), Map.of())));
            List<List<Boolean>> history = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            int most = 1 + random.nextInt(8);
            for (int step = 0; step < 80; step++) {
                var elements = new ArrayList<QueryResult.Element>();
                for (int n = 0; n < history.size(); n++) {
                    boolean there = random.nextInt(10) < most;
                    history.get(n).add(there);
                    if (there) {
                        elements.add(FakePorts.element(step, "n", Integer.toString(n)));
                    }
                }
                fake.answers.put("q", _ -> new QueryResult.Vector(elements));
                int now = step * INTERVAL;
                fake.sent.clear();
                group.evaluate(FakePorts.START.plusSeconds(now));
                for (int n = 0; n < history.size(); n++) {
                    assertThat(shown(group, n))
                            .as(
                                    "seed %s, hold %s, keep firing %s, element %s, second %s",
                                    seed, hold, keepFiring, n, now)
                            .isEqualTo(model(history.get(n), now, hold, keepFiring));
                }
            }
        }
    }

    private static String shown(RuleGroup group, int n) {
        for (GroupStatus.AlertStatus alert : group.status().rules().getFirst().alerts()) {
            if (alert.labels().get("n").equals(Integer.toString(n))) {
                return alert.state().text() + " since "
                        + Duration.between(FakePorts.START, alert.activeAt()).toSeconds();
            }
        }
        return "inactive";
    }

    @Test
    void nobodyIsLeftWithAnAlertThatHasEnded() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var fake = new FakePorts();
            RuleGroup group = fake.group(
                    true, FakePorts.spec(FakePorts.alert("A", "q", Duration.ofSeconds(random.nextInt(3) * 15))));
            // What a receiver believes: until when the alert lasts.
            var believed = new HashMap<Labels, Instant>();
            for (int step = 0; step < 100; step++) {
                Instant now = FakePorts.START.plusSeconds((long) step * INTERVAL);
                boolean there = random.nextInt(4) > 0;
                fake.vector("q", there ? new QueryResult.Element[] {FakePorts.element(1)} : new QueryResult.Element[0]);
                group.evaluate(now);
                for (Alert alert : fake.sent) {
                    believed.put(alert.labels(), alert.endsAt());
                    assertThat(alert.endsAt())
                            .as("seed %s, step %s", seed, step)
                            .isBeforeOrEqualTo(now.plus(RESEND.multipliedBy(4)));
                }
                fake.sent.clear();
                boolean firing = group.status().rules().getFirst().state() == AlertState.FIRING;
                boolean believes = believed.values().stream().anyMatch(until -> until.isAfter(now));
                assertThat(believes).as("seed %s, step %s", seed, step).isEqualTo(firing);
            }
        }
    }
}
