package io.pharos.notifier.receiver.wechat;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class WechatSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    private Deliveries wechat() {
        return new Deliveries("wechat_configs:\n- {api_url: '" + service.url()
                + "/cgi', api_secret: s, corp_id: c, to_user: u, message: 'm {{ .Status }}', send_resolved: true}");
    }

    @Test
    void theTokenIsFetchedOnceAndAgainWhenItExpired() {
        service.answer(200, "{\"access_token\":\"one\"}")
                .answer(200, "{\"errcode\":0}")
                .answer(200, "{\"errcode\":42001,\"errmsg\":\"expired\"}")
                .answer(200, "{\"access_token\":\"two\"}")
                .answer(200, "{\"errcode\":0}");
        try (var deliveries = wechat()) {
            deliveries.deliver("wechat", firing("a"));
            assertThat(deliveries.deliver("wechat", resolved("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        assertThat(service.received())
                .extracting(r -> r.method() + " " + r.uri())
                .containsExactly(
                        "GET /cgi/gettoken?corpid=c&corpsecret=s",
                        "POST /cgi/message/send?access_token=one",
                        "POST /cgi/message/send?access_token=one",
                        "GET /cgi/gettoken?corpid=c&corpsecret=s",
                        "POST /cgi/message/send?access_token=two");
        JsonNode body = service.received().get(1).json();
        assertThat(body.toString())
                .isEqualTo(
                        "{\"text\":{\"content\":\"m firing\"},\"touser\":\"u\",\"safe\":\"0\",\"msgtype\":\"text\",\"markdown\":{\"content\":\"\"}}");
    }

    @Test
    void aSecretThatIsNotTakenIsRefused() {
        service.answer(200, "{\"errcode\":40001,\"errmsg\":\"no\"}");
        try (var deliveries = wechat()) {
            assertThat(deliveries.deliver("wechat", firing("a")))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .endsWith("invalid APISecret for CorpID: c"));
        }
    }
}
