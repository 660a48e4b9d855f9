package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.config.KubernetesDiscovery;
import io.pharos.model.config.TlsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/// Makes clients of the Kubernetes API: of the server configured, of a kubeconfig file, or of the cluster this
/// process runs in.
///
/// @param serviceAccount where a pod finds its account's token, certificate authority and namespace
record ClusterAccess(Map<String, String> environment, Path serviceAccount) {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    static ClusterAccess ofThisProcess() {
        return new ClusterAccess(System.getenv(), SERVICE_ACCOUNT);
    }

    KubernetesClient client(KubernetesDiscovery config) {
        Config access = config.kubeconfigFile().isEmpty()
                ? config.apiServer().isSet() ? server(config) : cluster()
                : Config.fromKubeconfig(Path.of(config.kubeconfigFile()).toFile());
        // Failed requests are counted and tried again here; a watch never gives up.
        access.setRequestRetryBackoffLimit(0);
        access.setWatchReconnectLimit(-1);
        return new KubernetesClientBuilder().withConfig(access).build();
    }

    /// The namespace this process runs in.
    String ownNamespace() {
        return text(serviceAccount.resolve("namespace")).strip();
    }

    private Config cluster() {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        if (host.isEmpty() || port.isEmpty()) {
            throw new IllegalStateException(
                    "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must"
                            + " be defined; outside of a cluster, configure 'api_server' or 'kubeconfig_file'");
        }
        Path token = serviceAccount.resolve("token");
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return new ConfigBuilder(Config.empty())
                .withMasterUrl("https://" + shown + ":" + port + "/")
                .withCaCertFile(serviceAccount.resolve("ca.crt").toString())
                // Tokens of pods are renewed in place.
                .withOauthTokenProvider(() -> text(token).strip())
                .build();
    }

    private static Config server(KubernetesDiscovery config) {
        HttpConfig http = config.http();
        refuseUnbuilt(http);
        TlsConfig tls = http.tlsConfig();
        var builder = new ConfigBuilder(Config.empty())
                .withMasterUrl(config.apiServer().text())
                .withTrustCerts(tls.insecureSkipVerify())
                .withDisableHostnameVerification(tls.insecureSkipVerify())
                .withHttp2Disable(!http.enableHttp2());
        if (!tls.caFile().isEmpty()) {
            builder.withCaCertFile(tls.caFile());
        } else if (!tls.ca().isEmpty()) {
            builder.withCaCertData(base64(tls.ca()));
        }
        if (!tls.certFile().isEmpty()) {
            builder.withClientCertFile(tls.certFile());
        } else if (!tls.cert().isEmpty()) {
            builder.withClientCertData(base64(tls.cert()));
        }
        if (!tls.keyFile().isEmpty()) {
            builder.withClientKeyFile(tls.keyFile());
        } else if (tls.key().isSet()) {
            builder.withClientKeyData(base64(tls.key().value()));
        }
        http.basicAuth().ifPresent(basic -> builder.withUsername(
                        basic.usernameFile().isEmpty()
                                ? basic.username()
                                : text(Path.of(basic.usernameFile())).strip())
                .withPassword(
                        basic.passwordFile().isEmpty()
                                ? basic.password().value()
                                : text(Path.of(basic.passwordFile())).strip()));
        http.authorization()
                .ifPresent(authorization -> builder.withOauthTokenProvider(
                        () -> authorization.credentialsFile().isEmpty()
                                ? authorization.credentials().value()
                                : text(Path.of(authorization.credentialsFile())).strip()));
        if (http.proxy().proxyUrl().isSet()) {
            builder.withHttpProxy(http.proxy().proxyUrl().text())
                    .withHttpsProxy(http.proxy().proxyUrl().text());
        }
        return builder.build();
    }

    private static void refuseUnbuilt(HttpConfig http) {
        if (http.oauth2().isPresent()) {
            throw new IllegalArgumentException("oauth2 is not built for kubernetes_sd_configs; use authorization");
        }
        if (!http.httpHeaders().isEmpty()) {
            throw new IllegalArgumentException("http_headers are not built for kubernetes_sd_configs");
        }
        http.authorization().ifPresent(authorization -> {
            if (!authorization.type().equalsIgnoreCase("Bearer")) {
                throw new IllegalArgumentException("authorization type \"" + authorization.type()
                        + "\" is not built for kubernetes_sd_configs; use Bearer");
            }
        });
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("unable to read " + file, e);
        }
    }
}
