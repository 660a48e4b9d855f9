package io.pharos.notifier.receiver.email;

import io.pharos.model.config.EmailConfig;
import io.pharos.notifier.render.Letter;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.random.RandomGenerator;

/// Builds the message (`notify/email/email.go` of Alertmanager 0.34).
final class Mail {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

    private Mail() {}

    /// A message that keeps the identifier it is given.
    private static final class Identified extends MimeMessage {
        private final String identifier;

        Identified(String identifier) {
            super(Session.getInstance(new Properties()));
            this.identifier = identifier;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            if (!identifier.isEmpty()) {
                setHeader("Message-Id", identifier);
            }
        }
    }

    static MimeMessage of(EmailConfig config, Letter letter, String hostName) throws MessagingException {
        Map<String, String> headers = headers(config, letter);
        Instant now = letter.now();
        String identifier = headers.containsKey("Message-Id")
                ? ""
                : "<" + now.getEpochSecond() + String.format("%09d", now.getNano()) + "."
                        + RandomGenerator.getDefault().nextLong(Long.MAX_VALUE) + "@" + hostName + ">";
        var message = new Identified(identifier);
        var parts = new MimeMultipart("alternative");
        if (!config.text().isEmpty()) {
            parts.addBodyPart(part(letter.text(config.text()), "plain"));
        }
        if (!config.html().isEmpty()) {
            parts.addBodyPart(part(letter.html(config.html()), "html"));
        }
        message.setContent(parts);
        message.saveChanges();
        if (config.threading().enabled()) {
            String thread = thread(config, letter);
            message.setHeader("References", thread);
            message.setHeader("In-Reply-To", thread);
        }
        message.setHeader("Date", DATE.format(ZonedDateTime.ofInstant(now, ZoneId.systemDefault())));
        for (Map.Entry<String, String> header : headers.entrySet()) {
            message.setHeader(header.getKey(), QEncoding.encode(header.getValue()));
        }
        return message;
    }

    private static Map<String, String> headers(EmailConfig config, Letter letter) {
        var headers = new LinkedHashMap<String, String>();
        config.headers().forEach((name, value) -> headers.put(canonical(name), letter.text(value)));
        return headers;
    }

    /// As Go writes names of headers: `Message-Id`.
    private static String canonical(String name) {
        var out = new StringBuilder();
        boolean up = true;
        for (char c : name.toCharArray()) {
            out.append(up ? Character.toUpperCase(c) : Character.toLowerCase(c));
            up = c == '-';
        }
        return out.toString();
    }

    private static MimeBodyPart part(String text, String subtype) throws MessagingException {
        var part = new MimeBodyPart();
        part.setText(text, "UTF-8", subtype);
        part.setHeader("Content-Transfer-Encoding", "quoted-printable");
        return part;
    }

    /// All mails of a group, or of one day of it, are answers to one that was never sent.
    private static String thread(EmailConfig config, Letter letter) {
        String day = config.threading().threadByDate().equals("daily")
                ? LocalDate.ofInstant(letter.now(), ZoneId.systemDefault()).toString()
                : "";
        return "<alert-" + letter.groupHash().substring(0, 16) + "-" + day + "@alertmanager>";
    }
}
