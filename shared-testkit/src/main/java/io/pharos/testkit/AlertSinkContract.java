package io.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.AlertSink;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What every adapter of `AlertSink` must do. A test of an adapter extends this and hands over a sink and the
/// alertmanager behind it. Tests use alerts of their own, so that it may serve several.
public abstract class AlertSinkContract {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    protected abstract AlertSink sink();

    /// Where the alertmanager that the alerts reach answers, without a slash at the end.
    protected abstract String alertmanager();

    /// Active alerts of a name, as the API of an alertmanager shows them.
    public static List<JsonNode> active(String alertmanager, String name) {
        var request = HttpRequest.newBuilder(URI.create(alertmanager + "/api/v2/alerts?filter=alertname%3D" + name))
                .build();
        try {
            HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            var found = new ArrayList<JsonNode>();
            JsonMapper.shared().readTree(response.body()).forEach(found::add);
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private List<JsonNode> active(String name) {
        return active(alertmanager(), name);
    }

    private Alert alert(Labels labels, Instant endsAt) {
        return new Alert(
                labels, Labels.of("summary", "grüß"), now.minusSeconds(60), endsAt, now, "http://rules/graph", false);
    }

    @Test
    void anAlertArrivesWhole() {
        sink().send(List.of(alert(Labels.of("alertname", "Whole", "job", "x"), now.plusSeconds(3600))));
        assertThat(active("Whole")).singleElement().satisfies(alert -> {
            assertThat(alert.at("/labels/job").asString()).isEqualTo("x");
            assertThat(alert.at("/annotations/summary").asString()).isEqualTo("grüß");
            assertThat(Instant.parse(alert.at("/startsAt").asString())).isEqualTo(now.minusSeconds(60));
            assertThat(Instant.parse(alert.at("/endsAt").asString())).isEqualTo(now.plusSeconds(3600));
            assertThat(alert.at("/generatorURL").asString()).isEqualTo("http://rules/graph");
        });
    }

    @Test
    void anAlertWithoutAnEndGetsTheResolveTimeout() {
        sink().send(List.of(alert(Labels.of("alertname", "Endless"), Instant.EPOCH)));
        assertThat(active("Endless")).singleElement().satisfies(alert -> assertThat(
                        Instant.parse(alert.at("/endsAt").asString()))
                .isBetween(now.plusSeconds(300), now.plusSeconds(360)));
    }

    @Test
    void theSameAlertAgainIsOne() {
        for (int i = 0; i < 3; i++) {
            sink().send(List.of(alert(Labels.of("alertname", "Again"), now.plusSeconds(3600 + i))));
        }
        assertThat(active("Again")).hasSize(1);
    }

    @Test
    void aResolvedAlertIsNoLongerActive() {
        Labels labels = Labels.of("alertname", "Resolved");
        sink().send(List.of(alert(labels, now.plusSeconds(3600))));
        assertThat(active("Resolved")).hasSize(1);
        sink().send(List.of(alert(labels, now.minusSeconds(1))));
        assertThat(active("Resolved")).isEmpty();
    }

    @Test
    void severalComeAtOnceAndNoneIsFine() {
        var many = new ArrayList<Alert>();
        for (int i = 0; i < 300; i++) {
            many.add(alert(Labels.of("alertname", "Many", "i", "" + i), now.plusSeconds(3600)));
        }
        sink().send(many);
        sink().send(List.of());
        assertThat(active("Many")).hasSize(300);
    }

    @Test
    void anAlertWithoutLabelsIsRefusedAndTheGoodOnesBesideItAreTaken() {
        Alert good = alert(Labels.of("alertname", "Good"), now.plusSeconds(3600));
        assertThatThrownBy(() -> sink().send(List.of(alert(Labels.EMPTY, now.plusSeconds(3600)), good)))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.error()).isEqualTo(ApiError.BAD_DATA);
                    assertThat(e.text()).contains("at least one label pair required");
                });
        assertThat(active("Good")).hasSize(1);
    }

    @Test
    void anAlertThatEndsBeforeItStartsIsRefused() {
        assertThatThrownBy(
                        () -> sink().send(List.of(alert(Labels.of("alertname", "Backwards"), now.minusSeconds(120)))))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.error()).isEqualTo(ApiError.BAD_DATA);
                    assertThat(e.text()).contains("start time must be before end time");
                });
        assertThat(active("Backwards")).isEmpty();
    }
}
