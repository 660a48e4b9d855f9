package io.pharos.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.template.NotificationTemplates;
import io.pharos.notifier.http.HttpReply;
import io.pharos.runtime.http.HttpClients;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void aWholeExchangeTakesPlaceWithinTheProcess() {
        var clients = new HttpClients("test", InstantSource.system());
        List<Integer> statuses = new ArrayList<>();

        WarmUp.run(NotificationTemplates.of(List.of(), InstantSource.system()), (name, http) -> {
            Senders.Opened opened = NotifierConfiguration.open(clients, name, http);
            return new Senders.Opened(
                    (call, timeout) -> {
                        HttpReply reply = opened.transport().send(call, timeout);
                        statuses.add(reply.status());
                        return reply;
                    },
                    opened.closing());
        });

        assertThat(statuses).containsExactly(200);
    }
}
