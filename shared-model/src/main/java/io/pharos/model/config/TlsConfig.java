package io.pharos.model.config;

import java.util.Optional;

/// `tls_config` of a client: each of CA, certificate and key as text or as file; versions `TLS10`…`TLS13`.
public record TlsConfig(
        String ca,
        String cert,
        Secret key,
        @Key(form = Key.Form.PATH) String caFile,
        @Key(form = Key.Form.PATH) String certFile,
        @Key(form = Key.Form.PATH) String keyFile,
        String serverName,
        @Key(always = true) boolean insecureSkipVerify,
        Optional<TlsVersion> minVersion,
        Optional<TlsVersion> maxVersion) {
    /// A version of TLS, named as in Go.
    public enum TlsVersion implements Worded {
        TLS10("TLSv1"),
        TLS11("TLSv1.1"),
        TLS12("TLSv1.2"),
        TLS13("TLSv1.3");

        private final String protocol;

        TlsVersion(String protocol) {
            this.protocol = protocol;
        }

        /// The JDK's name.
        public String protocol() {
            return protocol;
        }

        @Override
        public String word() {
            return name();
        }
    }

    public static final TlsConfig NONE =
            new TlsConfig("", "", Secret.NONE, "", "", "", "", false, Optional.empty(), Optional.empty());

    public TlsConfig {
        one("ca", !ca.isEmpty(), caFile);
        one("cert", !cert.isEmpty(), certFile);
        one("key", key.isSet(), keyFile);
        boolean hasCertificate = !cert.isEmpty() || !certFile.isEmpty();
        boolean hasKey = key.isSet() || !keyFile.isEmpty();
        if (hasCertificate && !hasKey) {
            throw new IllegalArgumentException(
                    "exactly one of key or key_file must be configured when a client certificate is configured");
        }
        if (hasKey && !hasCertificate) {
            throw new IllegalArgumentException(
                    "exactly one of cert or cert_file must be configured when a client key is configured");
        }
    }

    private static void one(String what, boolean inline, String file) {
        if (inline && !file.isEmpty()) {
            throw new IllegalArgumentException("at most one of " + what + " and " + what + "_file must be configured");
        }
    }

    /// Whether nothing is configured.
    public boolean isEmpty() {
        return equals(NONE);
    }
}
