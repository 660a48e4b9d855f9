package io.pharos.notifier.receiver.email;

import jakarta.mail.MessagingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/// Says who we are: by the first of the server's mechanisms, in its order, for which there is a password or a secret.
sealed interface Login {
    /// Goes through with it.
    void perform(SMTPTransport transport, boolean confidential) throws MessagingException;

    record CramMd5(String user, String secret) implements Login {
        @Override
        public void perform(SMTPTransport transport, boolean confidential) throws MessagingException {
            String challenge = asked(transport, "AUTH CRAM-MD5");
            String answer = user + " " + digest(Base64.getDecoder().decode(challenge));
            accepted(transport, base64(answer), "*smtp.cramMD5Auth");
        }

        private String digest(byte[] challenge) throws MessagingException {
            try {
                Mac mac = Mac.getInstance("HmacMD5");
                mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacMD5"));
                return HexFormat.of().formatHex(mac.doFinal(challenge));
            } catch (GeneralSecurityException e) {
                throw new MessagingException("CRAM-MD5: " + e.getMessage(), e);
            }
        }
    }

    record Plain(String user, String identity, String password) implements Login {
        @Override
        public void perform(SMTPTransport transport, boolean confidential) throws MessagingException {
            if (!confidential) {
                throw new MessagingException("*smtp.plainAuth auth: unencrypted connection");
            }
            accepted(transport, "AUTH PLAIN " + base64(identity + "\0" + user + "\0" + password), "*smtp.plainAuth");
        }
    }

    record UserAndPassword(String user, String password) implements Login {
        @Override
        public void perform(SMTPTransport transport, boolean confidential) throws MessagingException {
            asked(transport, "AUTH LOGIN");
            asked(transport, base64(user));
            accepted(transport, base64(password), "*email.loginAuth");
        }
    }

    /// @param offered the server's mechanisms
    /// @throws MessagingException when none of them can be used
    static Login with(String offered, String user, String identity, String password, String secret)
            throws MessagingException {
        List<String> why = new ArrayList<>();
        for (String mechanism : offered.strip().split("\\s+")) {
            switch (mechanism.toUpperCase(Locale.ROOT)) {
                case "CRAM-MD5" -> {
                    if (!secret.isEmpty()) {
                        return new CramMd5(user, secret);
                    }
                    why.add("missing secret for CRAM-MD5 auth mechanism");
                }
                case "PLAIN" -> {
                    if (!password.isEmpty()) {
                        return new Plain(user, identity, password);
                    }
                    why.add("missing password for PLAIN auth mechanism");
                }
                case "LOGIN" -> {
                    if (!password.isEmpty()) {
                        return new UserAndPassword(user, password);
                    }
                    why.add("missing password for LOGIN auth mechanism");
                }
                default -> {
                    // one we do not know
                }
            }
        }
        throw new MessagingException("find auth mechanism: "
                + (why.isEmpty() ? "unknown auth mechanism: " + offered.strip() : String.join("; ", why)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends a line that the server answers with a question, which is returned.
    private static String asked(SMTPTransport transport, String line) throws MessagingException {
        int code = transport.simpleCommand(line);
        String answer = transport.getLastServerResponse().strip();
        if (code != 334) {
            throw new MessagingException("auth: " + answer);
        }
        return answer.length() > 4 ? answer.substring(4).strip() : "";
    }

    private static void accepted(SMTPTransport transport, String line, String what) throws MessagingException {
        if (transport.simpleCommand(line) != 235) {
            throw new MessagingException(
                    what + " auth: " + transport.getLastServerResponse().strip());
        }
    }
}
