package io.pharos.notifier.receiver.email;

import io.pharos.model.config.EmailConfig;
import io.pharos.model.text.GoText;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.FailureReason;
import io.pharos.notifier.receiver.SecretText;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/// `email_configs`: one connection and one message per attempt.
public final class EmailSender implements Sender {
    private static final String IMPLICIT_TLS_PORT = "465";

    private final EmailConfig config;
    private final String host;
    private final String port;

    public EmailSender(EmailConfig config) {
        this.config = config;
        int colon = config.smarthost().lastIndexOf(':');
        String name = config.smarthost().substring(0, colon);
        this.host = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        this.port = config.smarthost().substring(colon + 1);
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        MimeMessage message;
        InternetAddress sender;
        InternetAddress[] recipients;
        try {
            String from = letter.text(config.from());
            String to = letter.text(config.to());
            InternetAddress[] senders = addresses(from, "from");
            if (senders.length != 1) {
                return Attempt.refused("must be exactly one 'from' address (got: " + senders.length + ")");
            }
            sender = senders[0];
            recipients = addresses(to, "to");
            message = Mail.of(config, letter, ownName());
        } catch (AddressException e) {
            return Attempt.refused(String.valueOf(e.getMessage()));
        } catch (MessagingException e) {
            return Attempt.refused("build the message: " + e.getMessage());
        }
        boolean implicit = config.forceImplicitTls().orElse(port.equals(IMPLICIT_TLS_PORT));
        try (SMTPTransport transport = connect(letter.timeLeft(), implicit)) {
            boolean tls = implicit || transport.isSSL();
            if (config.requireTls().orElse(true) && !tls) {
                return Attempt.failed("'require_tls' is true (default) but " + GoText.quote(config.smarthost())
                        + " does not advertise the STARTTLS extension");
            }
            authenticate(transport, tls);
            var envelope = new SMTPMessage(message);
            envelope.setEnvelopeFrom(sender.getAddress());
            transport.sendMessage(envelope, recipients);
            return Attempt.delivered();
        } catch (MessagingException | IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("mail interrupted");
            }
            return new Attempt.Failed(true, FailureReason.OTHER, reason(e));
        }
    }

    private static InternetAddress[] addresses(String list, String what) throws AddressException {
        try {
            if (semicolonOutsideGroup(list)) {
                throw new AddressException("mail: expected comma");
            }
            // Not strictly: host names with underscores exist, and Go takes them.
            InternetAddress[] parsed = InternetAddress.parseHeader(list, false);
            for (InternetAddress address : parsed) {
                String text = address.getAddress();
                boolean whole = text.indexOf('@') > 0 && !text.endsWith("@");
                if (!whole || text.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '<' || c == '>')) {
                    throw new AddressException("not an address: " + text);
                }
            }
            if (parsed.length == 0) {
                throw new AddressException("mail: no address");
            }
            return parsed;
        } catch (AddressException e) {
            throw new AddressException("parse '" + what + "' addresses: " + e.getMessage());
        }
    }

    /// JavaMail takes a semicolon for a comma; it only ends a group.
    private static boolean semicolonOutsideGroup(String list) {
        boolean quoted = false;
        boolean group = false;
        int comments = 0;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"' && comments == 0) {
                quoted = !quoted;
            } else if (!quoted && c == '(') {
                comments++;
            } else if (!quoted && c == ')') {
                comments--;
            } else if (!quoted && comments == 0 && c == ':') {
                group = true;
            } else if (!quoted && comments == 0 && c == ';') {
                if (!group) {
                    return true;
                }
                group = false;
            }
        }
        return false;
    }

    private SMTPTransport connect(Duration left, boolean implicit) throws MessagingException, IOException {
        var properties = new Properties();
        String millis = Long.toString(Math.max(1, left.toMillis()));
        properties.setProperty("mail.smtp.localhost", config.hello().isEmpty() ? "localhost" : config.hello());
        properties.setProperty("mail.smtp.connectiontimeout", millis);
        properties.setProperty("mail.smtp.timeout", millis);
        properties.setProperty("mail.smtp.writetimeout", millis);
        // What the server offers is asked for below, in its own order.
        properties.setProperty("mail.smtp.auth", "false");
        if (implicit || config.requireTls().orElse(true)) {
            properties.put("mail.smtp.ssl.socketFactory", MailTls.of(config.tlsConfig(), host));
            // The sockets above check the name that is configured.
            properties.setProperty("mail.smtp.ssl.checkserveridentity", "false");
            properties.setProperty("mail.smtp.ssl.socketFactory.fallback", "false");
        }
        properties.setProperty("mail.smtp.ssl.enable", Boolean.toString(implicit));
        properties.setProperty(
                "mail.smtp.starttls.enable",
                Boolean.toString(!implicit && config.requireTls().orElse(true)));
        Session session = Session.getInstance(properties);
        var transport = new SMTPTransport(session, null);
        try {
            transport.connect(host, Integer.parseInt(port), null, null);
        } catch (MessagingException e) {
            throw new MessagingException("establish connection to server: " + reason(e), e);
        }
        return transport;
    }

    private void authenticate(SMTPTransport transport, boolean tls) throws MessagingException, IOException {
        String offered = transport.getExtensionParameter("AUTH");
        if (config.authUsername().isEmpty() || !transport.supportsExtension("AUTH") || offered == null) {
            return;
        }
        String password = new SecretText(config.authPassword(), config.authPasswordFile()).trimmed();
        String secret = new SecretText(config.authSecret(), config.authSecretFile()).read();
        Login.with(offered, config.authUsername(), config.authIdentity(), password, secret)
                .perform(transport, tls || isLocal());
    }

    private boolean isLocal() {
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("::1");
    }

    private static String ownName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost.localdomain";
        }
    }

    /// The messages of the causes, which JavaMail hides behind one another and repeats.
    private static String reason(Exception failure) {
        var out = new StringBuilder();
        int depth = 0;
        for (Throwable t = failure; t != null && depth < 8; t = t.getCause(), depth++) {
            String message = t.getMessage() == null ? "" : t.getMessage().strip();
            if (!message.isEmpty() && out.indexOf(message) < 0) {
                out.append(out.isEmpty() ? "" : ": ").append(message);
            }
        }
        return out.toString();
    }
}
