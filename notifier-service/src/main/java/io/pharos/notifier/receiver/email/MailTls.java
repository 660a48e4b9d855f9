package io.pharos.notifier.receiver.email;

import io.pharos.model.config.TlsConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Sockets with the TLS of a `tls_config`; the server's name is checked, unless told otherwise.
final class MailTls extends SSLSocketFactory {
    private final SSLSocketFactory sockets;
    private final TlsConfig config;
    private final String host;

    private MailTls(SSLSocketFactory sockets, TlsConfig config, String host) {
        this.sockets = sockets;
        this.config = config;
        this.host = config.serverName().isEmpty() ? host : config.serverName();
    }

    /// @throws IOException when certificates or keys can't be read
    static MailTls of(TlsConfig config, String host) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(config), trust(config), null);
            return new MailTls(context.getSocketFactory(), config, host);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("TLS of the smarthost: " + e.getMessage(), e);
        }
    }

    private static KeyManager[] keys(TlsConfig config) throws GeneralSecurityException, IOException {
        String certificate = text(config.cert(), config.certFile());
        if (certificate.isEmpty()) {
            return new KeyManager[0];
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
        store.setKeyEntry("key", key(text(config.key().value(), config.keyFile()), chain[0]), new char[0], chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static PrivateKey key(String pem, Certificate certificate) throws GeneralSecurityException {
        if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
            throw new GeneralSecurityException("the key is not PKCS #8; convert it with openssl pkcs8 -topk8 -nocrypt");
        }
        String body = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    }

    private static TrustManager[] trust(TlsConfig config) throws GeneralSecurityException, IOException {
        if (config.insecureSkipVerify()) {
            return new TrustManager[] {new TrustAll()};
        }
        String ca = text(config.ca(), config.caFile());
        KeyStore store = null;
        if (!ca.isEmpty()) {
            store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int n = 0;
            for (Certificate certificate : certificates(ca)) {
                store.setCertificateEntry("ca" + n++, certificate);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> certificates(String pem) throws GeneralSecurityException {
        Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        if (found.isEmpty()) {
            throw new GeneralSecurityException("no certificate in the PEM text");
        }
        return found;
    }

    private static String text(String inline, String file) throws IOException {
        return file.isEmpty() ? inline : Files.readString(Path.of(file));
    }

    private Socket ready(Socket socket) {
        if (socket instanceof SSLSocket secure) {
            SSLParameters parameters = secure.getSSLParameters();
            if (!config.insecureSkipVerify()) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            if (host.chars().anyMatch(c -> c >= 'g' && c <= 'z')) {
                parameters.setServerNames(List.of(new SNIHostName(host)));
            }
            List<String> protocols = new ArrayList<>();
            int least = config.minVersion().orElse(TlsConfig.TlsVersion.TLS12).ordinal();
            int most = config.maxVersion().orElse(TlsConfig.TlsVersion.TLS13).ordinal();
            for (TlsConfig.TlsVersion version : TlsConfig.TlsVersion.values()) {
                if (version.ordinal() >= least && version.ordinal() <= most) {
                    protocols.add(version.protocol());
                }
            }
            parameters.setProtocols(protocols.toArray(String[]::new));
            secure.setSSLParameters(parameters);
        }
        return socket;
    }

    @Override
    public Socket createSocket(Socket plain, String name, int port, boolean autoClose) throws IOException {
        return ready(sockets.createSocket(plain, host, port, autoClose));
    }

    @Override
    public Socket createSocket() throws IOException {
        return ready(sockets.createSocket());
    }

    @Override
    public Socket createSocket(String name, int port) throws IOException {
        return ready(sockets.createSocket(name, port));
    }

    @Override
    public Socket createSocket(String name, int port, InetAddress local, int localPort) throws IOException {
        return ready(sockets.createSocket(name, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        return ready(sockets.createSocket(address, port));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort) throws IOException {
        return ready(sockets.createSocket(address, port, local, localPort));
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }

    /// `insecure_skip_verify`.
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
