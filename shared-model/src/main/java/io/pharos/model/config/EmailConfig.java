package io.pharos.model.config;

import io.pharos.model.text.GoText;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `email_configs`. `smarthost` is `host:port`; `headers` by canonical name.
public record EmailConfig(
        @Key(always = true) boolean sendResolved,
        String to,
        String from,
        String hello,
        String smarthost,
        String authUsername,
        Secret authPassword,
        String authPasswordFile,
        Secret authSecret,
        String authSecretFile,
        String authIdentity,
        Map<String, String> headers,
        @Key(or = "{{ template \"email.default.html\" . }}") String html,
        String text,
        Optional<Boolean> requireTls,
        @Key(form = Key.Form.FOREIGN_PATHS, always = true) TlsConfig tlsConfig,
        Optional<Boolean> forceImplicitTls,
        Threading threading)
        implements Integration {
    /// `threading`: mails of one alert group under one subject; `threadByDate` is `none` or `daily`.
    public record Threading(boolean enabled, String threadByDate) {
        public Threading {
            if (enabled && !threadByDate.equals("none") && !threadByDate.equals("daily")) {
                throw new IllegalArgumentException("threading.thread_by_date must be either 'none' or 'daily'");
            }
        }
    }

    public EmailConfig {
        if (to.isEmpty()) {
            throw new IllegalArgumentException("missing to address in email config");
        }
        if (smarthost.isEmpty()) {
            throw new IllegalArgumentException("no global SMTP smarthost set");
        }
        checkSmarthost("smarthost", smarthost);
        if (from.isEmpty()) {
            throw new IllegalArgumentException("no global SMTP from set");
        }
        var names = new HashSet<String>();
        for (String name : headers.keySet()) {
            String canonical = HttpConfig.canonical(name);
            if (!names.add(canonical)) {
                throw new BadField("headers", "duplicate header " + GoText.quote(canonical) + " in email config");
            }
        }
        var all = new TreeMap<String, String>();
        headers.forEach((name, value) -> all.put(HttpConfig.canonical(name), value));
        all.putIfAbsent("Subject", "{{ template \"email.default.subject\" . }}");
        all.putIfAbsent("To", to);
        all.putIfAbsent("From", from);
        headers = Collections.unmodifiableMap(all);
        if (threading.enabled() && (names.contains("References") || names.contains("In-Reply-To"))) {
            throw new BadField(
                    "threading",
                    "conflicting configuration: threading.enabled conflicts with custom References or In-Reply-To"
                            + " headers");
        }
    }

    static void checkSmarthost(String key, String address) {
        if (address.isEmpty()) {
            return;
        }
        int bracket = address.lastIndexOf(']');
        int colon = address.lastIndexOf(':');
        if (colon <= bracket) {
            throw new BadField(key, "address " + address + ": missing port in address");
        }
        if (bracket < 0 && address.indexOf(':') != colon) {
            throw new BadField(key, "address " + address + ": too many colons in address");
        }
        if (colon == address.length() - 1) {
            throw new BadField(key, "address " + GoText.quote(address) + ": port cannot be empty");
        }
    }

    @Override
    public String kind() {
        return "email";
    }
}
