package io.pharos.notifier.receiver.pushover;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.config.ConfigLoader;
import io.pharos.model.template.NotificationTemplates;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import io.pharos.notifier.http.ClientTransport;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.render.Letter;
import io.pharos.runtime.http.HttpClients;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PushoverSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    private Attempt send(String more, String... alerts) throws InterruptedException {
        var config = new ConfigLoader()
                .alertmanagerText(
                        "route: {receiver: team}\nreceivers:\n- name: team\n  pushover_configs:\n  - user_key: u\n    token: t\n"
                                + more.indent(4))
                .config()
                .receivers()
                .getFirst()
                .pushoverConfigs()
                .getFirst();
        try (var client = new HttpClients("test", InstantSource.system()).open("pushover", config.httpConfig());
                var deliveries = new Deliveries("")) {
            var sender = new PushoverSender(config, new ClientTransport(client), service.url());
            var notification =
                    deliveries.notification("pushover", Map.of(), alerts.length == 0 ? firing("a") : resolved("b"));
            return sender.send(Letter.of(
                    notification, NotificationTemplates.of(List.of(), InstantSource.system()), () -> Deliveries.NOW));
        }
    }

    @Test
    void parametersAreInTheUrl() throws InterruptedException {
        assertThat(send("message: ' {{ .CommonAnnotations.summary }} '\nttl: 5m\nsound: s"))
                .isInstanceOf(Attempt.Delivered.class);

        String uri = service.only().uri();
        assertThat(uri)
                .contains("token=t&user=u")
                .contains("message=it%27s+%3Cdown%3E&")
                .contains("priority=2&retry=60&expire=3600&")
                .endsWith("ttl=300");
        assertThat(service.only().body()).isEmpty();
    }

    @Test
    void htmlIsEscapedAndAnEmptyMessageHasAText() throws InterruptedException {
        send("html: true\nmessage: '<b>{{ .CommonAnnotations.summary }}</b>'", "resolved");
        send("message: ' '");

        assertThat(service.received().getFirst().uri())
                .contains("html=1&")
                .contains("message=%3Cb%3Eit%26%2339%3Bs+%26lt%3Bdown%26gt%3B%3C%2Fb%3E&")
                .contains("priority=0");
        assertThat(service.received().get(1).uri()).contains("message=%28no+details%29&");
    }
}
