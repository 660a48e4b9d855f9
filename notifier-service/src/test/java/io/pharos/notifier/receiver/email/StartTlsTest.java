package io.pharos.notifier.receiver.email;

import static io.pharos.notifier.Deliveries.firing;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartTlsTest {
    private static List<String> deliver(String mechanisms, String more, boolean arrives) throws Exception {
        try (var server = new FakeSmtp(mechanisms);
                var deliveries = new Deliveries(
                        "email_configs:\n- to: ops@example.org\n  from: am@example.org\n  hello: me.example.org\n  smarthost: 127.0.0.1:"
                                + server.port() + "\n" + more.indent(2))) {
            Outcome outcome = deliveries.deliver("email", firing("a"));
            assertThat(outcome instanceof Outcome.Delivered)
                    .as(outcome.toString())
                    .isEqualTo(arrives);
            return server.commands();
        }
    }

    @Test
    void theConnectionIsSecuredBeforeAnythingIsSaid() throws Exception {
        List<String> commands = deliver(
                "PLAIN LOGIN",
                "tls_config: {insecure_skip_verify: true}\nauth_username: me\nauth_password: pass\nauth_identity: id",
                true);

        assertThat(commands)
                .containsExactly(
                        "EHLO me.example.org",
                        "STARTTLS",
                        "EHLO me.example.org",
                        "AUTH PLAIN aWQAbWUAcGFzcw==",
                        "MAIL FROM:<am@example.org>",
                        "RCPT TO:<ops@example.org>",
                        "DATA",
                        "QUIT");
    }

    @Test
    void theServersFirstMechanismThatCanBeUsedIs() throws Exception {
        String tls = "tls_config: {insecure_skip_verify: true}\nauth_username: me\n";

        assertThat(deliver("CRAM-MD5 LOGIN", tls + "auth_password: pass", true))
                .containsSubsequence("AUTH LOGIN", "me", "pass");
        assertThat(deliver("LOGIN CRAM-MD5", tls + "auth_secret: secret", true))
                .containsSubsequence("AUTH CRAM-MD5", "me a729b9a9b7ea77ea38a032f7c35af553");
        assertThat(deliver("NTLM", tls + "auth_password: pass", false)).noneMatch(line -> line.startsWith("MAIL"));
    }

    @Test
    void aCertificateThatIsNotTrustedEndsTheAttempt() throws Exception {
        assertThat(deliver("PLAIN", "auth_username: me\nauth_password: pass", false))
                .noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
    }
}
