package io.pharos.notifier.receiver.email;

import static io.pharos.notifier.Deliveries.firing;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import jakarta.mail.BodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmailSenderTest {
    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private Deliveries mail(String more) {
        return new Deliveries(
                "email_configs:\n- to: ops@host_name.test, Second <two@example.org>\n  from: am@example.org\n  smarthost: 127.0.0.1:"
                        + server.getSmtp().getPort() + "\n" + more.indent(2));
    }

    private MimeMessage first() {
        assertThat(server.getReceivedMessages()).hasSize(2);
        return server.getReceivedMessages()[0];
    }

    @Test
    void aMailHasTheDefaultSubjectAndPage() throws Exception {
        try (var deliveries = mail("require_tls: false")) {
            assertThat(deliveries.deliver("email", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        MimeMessage message = first();
        assertThat(message.getSubject()).isEqualTo("[FIRING:1] Down (a page)");
        assertThat(message.getHeader("To")[0]).isEqualTo("ops@host_name.test, Second <two@example.org>");
        assertThat(message.getHeader("From")[0]).isEqualTo("am@example.org");
        assertThat(message.getHeader("Message-Id")[0]).startsWith("<").contains("@");
        var parts = (MimeMultipart) message.getContent();
        assertThat(parts.getContentType()).startsWith("multipart/alternative");
        assertThat(parts.getCount()).isEqualTo(1);
        BodyPart page = parts.getBodyPart(0);
        assertThat(page.getContentType()).startsWith("text/html");
        assertThat(page.getHeader("Content-Transfer-Encoding")[0]).isEqualTo("quoted-printable");
        assertThat(page.getContent().toString()).contains("[1] Firing").contains("summary = it&#39;s &lt;down&gt;");
    }

    @Test
    void headersAndTextAreTemplates() throws Exception {
        String more = """
                require_tls: false
                headers: {subject: '{{ .Status }} ü', X-Team: '{{ .CommonLabels.severity }}'}
                html: ''
                text: |
                  plain {{ .CommonAnnotations.summary }}
                  .dot line
                """;
        try (var deliveries = mail(more)) {
            deliveries.deliver("email", firing("a"));
        }

        MimeMessage message = first();
        assertThat(message.getHeader("Subject")[0]).isEqualTo("=?utf-8?q?firing_=C3=BC?=");
        assertThat(message.getHeader("X-Team")[0]).isEqualTo("page");
        assertThat(((MimeMultipart) message.getContent())
                        .getBodyPart(0)
                        .getContent()
                        .toString()
                        .replace("\r\n", "\n"))
                .isEqualTo("plain it's <down>\n.dot line\n");
    }

    @Test
    void mailsOfAGroupMakeAThread() throws Exception {
        try (var deliveries = mail("require_tls: false\nthreading: {enabled: true, thread_by_date: none}")) {
            deliveries.deliver("email", firing("a"));
        }

        MimeMessage message = first();
        assertThat(message.getHeader("References")[0]).matches("<alert-[0-9a-f]{16}-@alertmanager>");
        assertThat(message.getHeader("In-Reply-To")).isEqualTo(message.getHeader("References"));
    }

    @Test
    void credentialsAreSentWhereTheServerAsksForThem() {
        server.setUser("am@example.org", "me", "secret");
        try (var deliveries = mail("require_tls: false\nauth_username: me\nauth_password: secret")) {
            assertThat(deliveries.deliver("email", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }
        try (var deliveries = mail("require_tls: false\nauth_username: me\nauth_password: wrong")) {
            assertThat(deliveries.deliver("email", firing("a")))
                    .isInstanceOfSatisfying(Outcome.GaveUp.class, gaveUp -> assertThat(gaveUp.lastError())
                            .contains("auth")
                            .doesNotContain("wrong"));
        }
    }

    @Test
    void tlsIsRequiredUnlessToldOtherwise() {
        try (var deliveries = mail("")) {
            assertThat(deliveries.deliver("email", firing("a")))
                    .isInstanceOfSatisfying(Outcome.GaveUp.class, gaveUp -> assertThat(gaveUp.lastError())
                            .contains("'require_tls' is true (default) but \"127.0.0.1:"
                                    + server.getSmtp().getPort() + "\" does not advertise the STARTTLS extension"));
        }
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void implicitTlsIsSpokenWhereItIsForced() {
        GreenMail secure = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
        secure.start();
        try (var deliveries = new Deliveries(
                "email_configs:\n- to: ops@example.org\n  from: am@example.org\n  force_implicit_tls: true\n  smarthost: 127.0.0.1:"
                        + secure.getSmtps().getPort() + "\n  tls_config: {insecure_skip_verify: true}")) {
            assertThat(deliveries.deliver("email", firing("a"))).isInstanceOf(Outcome.Delivered.class);
            assertThat(secure.getReceivedMessages()).hasSize(1);
        } finally {
            secure.stop();
        }
    }

    @Test
    void anAddressThatIsNoneIsNotTriedAgain() {
        try (var deliveries = mail("require_tls: false\nheaders: {}")) {
            deliveries.load(
                    "",
                    "email_configs:\n- to: '{{ .Status }}'\n  from: am@example.org\n  smarthost: 127.0.0.1:25\n  require_tls: false");
            assertThat(deliveries.deliver("email", firing("a")))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .contains("parse 'to' addresses"));
        }
    }

    @Test
    void aSemicolonPartsNoAddresses() {
        try (var deliveries = new Deliveries("email_configs:\n- to: 'a@example.org;b@example.org'\n"
                + "  from: am@example.org\n  smarthost: 127.0.0.1:25\n  require_tls: false")) {
            assertThat(deliveries.deliver("email", firing("a")))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .contains("parse 'to' addresses: mail: expected comma"));
        }
    }
}
