package io.pharos.alertmanager.cluster;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.pharos.model.config.ConfigException;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.Key;
import io.pharos.model.config.Secret;
import io.pharos.model.config.TlsConfig;
import io.pharos.runtime.http.PemFiles;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jgroups.util.DefaultSocketFactory;
import org.jgroups.util.SocketFactory;
import org.jspecify.annotations.Nullable;

/// `--cluster.tls-config`: how replicas prove to each other who they are. Files are relative to the file, and
/// read at the start.
record ClusterTls(Optional<Server> tlsServerConfig, Optional<TlsConfig> tlsClientConfig) {
    private static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

    /// What a replica shows to those that connect to it.
    ///
    /// @param clientAuthType `NoClientCert`, `VerifyClientCertIfGiven` or `RequireAndVerifyClientCert`
    record Server(
            String cert,
            @Key(form = Key.Form.PATH) String certFile,
            Secret key,
            @Key(form = Key.Form.PATH) String keyFile,
            @Key(or = "NoClientCert") String clientAuthType,
            String clientCa,
            @Key(form = Key.Form.PATH) String clientCaFile) {
        Server {
            if (cert.isEmpty() == certFile.isEmpty()) {
                throw new IllegalArgumentException("missing one of cert or cert_file");
            }
            if (key.isSet() == !keyFile.isEmpty()) {
                throw new IllegalArgumentException("missing one of key or key_file");
            }
            boolean verifies =
                    switch (clientAuthType) {
                        case "NoClientCert" -> false;
                        case "VerifyClientCertIfGiven", "RequireAndVerifyClientCert" -> true;
                        case "RequestClientCert", "RequireAnyClientCert" ->
                            throw new IllegalArgumentException("client_auth_type " + clientAuthType
                                    + " accepts any certificate; write RequireAndVerifyClientCert");
                        default -> throw new IllegalArgumentException("invalid ClientAuth: " + clientAuthType);
                    };
            if (verifies && clientCa.isEmpty() && clientCaFile.isEmpty()) {
                throw new IllegalArgumentException(
                        "client_ca_file is required where client certificates are verified (" + clientAuthType + ")");
            }
        }
    }

    ClusterTls {
        if (tlsServerConfig.isEmpty() || tlsClientConfig.isEmpty()) {
            throw new IllegalArgumentException("both tls_server_config and tls_client_config are required");
        }
    }

    /// Fails with [IllegalArgumentException] on a file that can't be read or makes no sense.
    static SocketFactory sockets(String file) {
        try {
            return new ConfigLoader().read(Path.of(file), ClusterTls.class).sockets();
        } catch (IOException | ConfigException | GeneralSecurityException e) {
            throw new IllegalArgumentException("--cluster.tls-config " + file + ": " + e.getMessage(), e);
        }
    }

    private SocketFactory sockets() throws GeneralSecurityException, IOException {
        Server server = tlsServerConfig.orElseThrow();
        TlsConfig client = tlsClientConfig.orElseThrow();
        boolean verifies = !server.clientAuthType().equals("NoClientCert");
        SSLContext accepting = context(
                keys(
                        PemFiles.text(server.cert(), server.certFile()),
                        PemFiles.text(server.key().value(), server.keyFile())),
                verifies ? trust(server.clientCa(), server.clientCaFile()) : null);
        boolean shows = !client.cert().isEmpty() || !client.certFile().isEmpty();
        SSLContext connecting = context(
                shows
                        ? keys(
                                PemFiles.text(client.cert(), client.certFile()),
                                PemFiles.text(client.key().value(), client.keyFile()))
                        : null,
                trust(client));
        var factory = new DefaultSocketFactory(connecting.getSocketFactory(), accepting.getServerSocketFactory());
        factory.setServerSocketConfigurator(socket -> configure(socket, server.clientAuthType()));
        factory.setSocketConfigurator(ClusterTls::configure);
        return factory;
    }

    private static void configure(ServerSocket socket, String clientAuthType) {
        if (socket instanceof SSLServerSocket tls) {
            tls.setEnabledProtocols(VERSIONS.toArray(String[]::new));
            switch (clientAuthType) {
                case "RequireAndVerifyClientCert" -> tls.setNeedClientAuth(true);
                case "VerifyClientCertIfGiven" -> tls.setWantClientAuth(true);
                default -> tls.setNeedClientAuth(false);
            }
        }
    }

    private static void configure(Socket socket) {
        if (socket instanceof SSLSocket tls) {
            tls.setEnabledProtocols(VERSIONS.toArray(String[]::new));
        }
    }

    private static SSLContext context(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return context;
    }

    private static KeyManager[] keys(String cert, String key) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry("own", PemFiles.key(key), new char[0], PemFiles.certificates(cert, ""));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trust(TlsConfig client) throws GeneralSecurityException, IOException {
        if (client.insecureSkipVerify()) {
            return InsecureTrustManagerFactory.INSTANCE.getTrustManagers();
        }
        if (client.ca().isEmpty() && client.caFile().isEmpty()) {
            throw new IllegalArgumentException("tls_client_config needs a ca_file, or insecure_skip_verify");
        }
        TrustManager[] chain = trust(client.ca(), client.caFile());
        return client.serverName().isEmpty()
                ? chain
                : new TrustManager[] {new Named((X509TrustManager) chain[0], client.serverName())};
    }

    private static TrustManager[] trust(String ca, String caFile) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        X509Certificate[] authorities = PemFiles.certificates(ca, caFile);
        for (int i = 0; i < authorities.length; i++) {
            store.setCertificateEntry("ca" + i, authorities[i]);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    /// Peers are reached by address, which says nothing of who they are: their certificate must have `server_name`.
    private record Named(X509TrustManager chain, String name) implements X509TrustManager {
        private static final int DNS_NAME = 2;

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String kind) throws CertificateException {
            chain.checkClientTrusted(shown, kind);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String kind) throws CertificateException {
            chain.checkServerTrusted(shown, kind);
            Collection<List<?>> names = shown[0].getSubjectAlternativeNames();
            boolean named = names != null
                    && names.stream()
                            .anyMatch(each -> Integer.valueOf(DNS_NAME).equals(each.get(0))
                                    && name.equalsIgnoreCase(String.valueOf(each.get(1))));
            if (!named) {
                throw new CertificateException("the peer's certificate is not valid for " + name);
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return chain.getAcceptedIssuers();
        }
    }
}
