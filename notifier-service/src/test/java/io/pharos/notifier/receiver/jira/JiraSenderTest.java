package io.pharos.notifier.receiver.jira;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JiraSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    private static final String OPEN =
            "{\"issues\":[{\"key\":\"OPS-1\",\"fields\":{\"status\":{\"statusCategory\":{\"key\":\"new\"}}}}]}";
    private static final String DONE = OPEN.replace("new", "done");
    private static final String TRANSITIONS =
            "{\"transitions\":[{\"id\":\"6\",\"name\":\"Done\"},{\"id\":\"7\",\"name\":\"Reopen\"}]}";

    private Deliveries jira(String more) {
        return new Deliveries("jira_configs:\n- api_url: " + service.url()
                + "/rest/api/2\n  project: OPS\n  issue_type: Bug\n" + more.indent(2));
    }

    private List<String> calls() {
        return service.received().stream()
                .map(r -> r.method() + " " + r.uri().replace("/rest/api/2", ""))
                .toList();
    }

    @Test
    void anIssueIsOpenedForAFiringGroup() {
        service.answer(200, "{\"issues\":[]}").answer(201, "{\"key\":\"OPS-1\"}");
        try (var deliveries = jira(
                "labels: [z, '{{ .Status }}']\nfields: {customfield_1: {value: '{{ len .Alerts }}'}}\nwont_fix_resolution: No")) {
            assertThat(deliveries.deliver("jira", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        assertThat(calls()).containsExactly("POST /search", "POST /issue");
        JsonNode search = service.received().getFirst().json();
        assertThat(search.path("jql").asString())
                .startsWith(
                        "(resolution is EMPTY or resolution != \"No\") and statusCategory != Done and project=\"OPS\" and labels=\"ALERT{")
                .endsWith("}\" order by status ASC,resolutiondate DESC");
        JsonNode fields = service.received().get(1).json().path("fields");
        assertThat(fields.path("project").path("key").asString()).isEqualTo("OPS");
        assertThat(fields.path("labels")).hasSize(3);
        assertThat(fields.path("labels").path(0).asString()).startsWith("ALERT{");
        assertThat(fields.path("customfield_1").path("value").asInt()).isEqualTo(1);
        assertThat(fields.has("priority")).isFalse();
        assertThat(service.received().get(1).header("Accept-Language")).isEqualTo("en");
    }

    @Test
    void itIsResolvedAndReopenedByTransitions() {
        service.answer(200, OPEN)
                .answer(204, "")
                .answer(200, TRANSITIONS)
                .answer(204, "")
                .answer(200, DONE)
                .answer(204, "")
                .answer(200, TRANSITIONS)
                .answer(204, "");
        try (var deliveries = jira("resolve_transition: Done\nreopen_transition: Reopen\nreopen_duration: 1h")) {
            deliveries.deliver("jira", resolved("a"));
            assertThat(deliveries.deliver("jira", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        assertThat(calls())
                .containsExactly(
                        "POST /search",
                        "PUT /issue/OPS-1",
                        "GET /issue/OPS-1/transitions",
                        "POST /issue/OPS-1/transitions",
                        "POST /search",
                        "PUT /issue/OPS-1",
                        "GET /issue/OPS-1/transitions",
                        "POST /issue/OPS-1/transitions");
        assertThat(service.received().get(3).body()).isEqualTo("{\"transition\":{\"id\":\"6\"}}");
        assertThat(service.received().get(7).body()).isEqualTo("{\"transition\":{\"id\":\"7\"}}");
        assertThat(service.received().get(4).json().path("jql").asString())
                .contains("(resolutiondate is EMPTY OR resolutiondate >= -60m) and ");
    }

    @Test
    void nothingIsOpenedForAResolvedGroupAndAMissingTransitionIsRefused() {
        service.answer(200, "{\"issues\":[]}").answer(200, OPEN).answer(204, "").answer(200, TRANSITIONS);
        try (var deliveries = jira("resolve_transition: Nope")) {
            assertThat(deliveries.deliver("jira", resolved("a"))).isInstanceOf(Outcome.Delivered.class);
            assertThat(deliveries.deliver("jira", resolved("a")))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .endsWith("can't find transition Nope for issue OPS-1"));
        }
    }
}
