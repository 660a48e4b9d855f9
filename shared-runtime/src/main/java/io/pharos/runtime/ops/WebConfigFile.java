package io.pharos.runtime.ops;

import io.pharos.model.config.Key;
import io.pharos.model.config.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The web configuration file of Prometheus' servers.
record WebConfigFile(
        Optional<ServerTls> tlsServerConfig, ServerHttp httpServerConfig, Map<String, Secret> basicAuthUsers) {
    /// Certificates and versions. Files are relative to the file.
    record ServerTls(
            String cert,
            @Key(form = Key.Form.PATH) String certFile,
            Secret key,
            @Key(form = Key.Form.PATH) String keyFile,
            @Key(or = "NoClientCert") String clientAuthType,
            String clientCa,
            @Key(form = Key.Form.PATH) String clientCaFile,
            List<String> clientAllowedSans,
            @Key(or = "TLS12") String minVersion,
            @Key(or = "TLS13") String maxVersion,
            List<String> cipherSuites,
            @Key(or = "true") boolean preferServerCipherSuites,
            List<String> curvePreferences) {
        private static final List<String> VERSIONS = List.of("TLS10", "TLS11", "TLS12", "TLS13");
        private static final Set<String> CLIENTS = Set.of(
                "NoClientCert",
                "RequestClientCert",
                "RequireAnyClientCert",
                "VerifyClientCertIfGiven",
                "RequireAndVerifyClientCert");

        ServerTls {
            if (cert.isEmpty() == certFile.isEmpty()) {
                throw new IllegalArgumentException("missing one of cert or cert_file");
            }
            if (key.isSet() == !keyFile.isEmpty()) {
                throw new IllegalArgumentException("missing one of key or key_file");
            }
            if (!CLIENTS.contains(clientAuthType)) {
                throw new IllegalArgumentException("invalid ClientAuth: " + clientAuthType);
            }
            boolean asks = !clientAuthType.equals("NoClientCert");
            if (asks && clientAuthType.contains("erify") && clientCa.isEmpty() && clientCaFile.isEmpty()) {
                throw new IllegalArgumentException(
                        "client_ca_file is required where client certificates are verified (" + clientAuthType + ")");
            }
            if (!asks && !(clientCa.isEmpty() && clientCaFile.isEmpty())) {
                throw new IllegalArgumentException("Client CA's have been configured without a Client Auth Policy");
            }
            if (!VERSIONS.contains(minVersion) || !VERSIONS.contains(maxVersion)) {
                throw new IllegalArgumentException("unknown TLS version: " + minVersion + ", " + maxVersion);
            }
        }

        /// The JDK's names of the versions allowed.
        List<String> protocols() {
            List<String> names = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
            return names.subList(VERSIONS.indexOf(minVersion), VERSIONS.indexOf(maxVersion) + 1);
        }
    }

    /// HTTP/2 and headers of every answer.
    record ServerHttp(@Key(or = "true") boolean http2, Map<String, String> headers) {
        private static final Set<String> ALLOWED = Set.of(
                "Content-Security-Policy",
                "X-Frame-Options",
                "X-Content-Type-Options",
                "X-XSS-Protection",
                "Strict-Transport-Security");

        ServerHttp {
            for (String name : headers.keySet()) {
                if (!ALLOWED.contains(name)) {
                    throw new IllegalArgumentException("HTTP header \"" + name + "\" can not be configured");
                }
            }
        }
    }
}
