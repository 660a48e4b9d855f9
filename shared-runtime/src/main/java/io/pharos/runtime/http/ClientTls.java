package io.pharos.runtime.http;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.pharos.model.config.TlsConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The TLS of a client, built again when one of its files changes. Thread-safe.
final class ClientTls {
    private record Built(String ca, String cert, String key, SslContext context) {}

    private static final String CERT = "unable to use specified client cert: ";
    private static final String KEY = "unable to use specified client key: ";

    private final TlsConfig config;
    private final boolean http2;
    private final SecretSource ca;
    private final SecretSource cert;
    private final SecretSource key;
    private volatile @Nullable Built built;

    private ClientTls(TlsConfig config, boolean http2) {
        this.config = config;
        this.http2 = http2;
        this.ca = SecretSource.of(config.ca(), config.caFile());
        this.cert = SecretSource.of(config.cert(), config.certFile());
        this.key = SecretSource.of(config.key(), config.keyFile());
        if (config.minVersion().isPresent()
                && config.maxVersion().isPresent()
                && config.minVersion().get().compareTo(config.maxVersion().get()) > 0) {
            throw new IllegalArgumentException("tls_config.max_version must be greater than or equal to "
                    + "tls_config.min_version if both are specified");
        }
    }

    /// Reads no more than the client's certificate and key yet; what is wrong with the CA shows when it is needed.
    static ClientTls unchecked(TlsConfig config, boolean http2) {
        var tls = new ClientTls(config, http2);
        if (tls.cert.isSet()) {
            certificates(read(tls.cert, CERT), "unable to use specified client cert");
            PemKeys.read(read(tls.key, KEY));
        }
        return tls;
    }

    /// Reads everything once; fails with [IllegalArgumentException] in Prometheus' words. Where there is nothing to
    /// read, the first connection that needs it builds it: many a client never speaks TLS.
    static ClientTls of(TlsConfig config, boolean http2) {
        var tls = new ClientTls(config, http2);
        if (tls.ca.isSet() || tls.cert.isSet() || tls.key.isSet()) {
            tls.context();
        }
        return tls;
    }

    String serverName() {
        return config.serverName();
    }

    /// Whether files may change under it.
    boolean watches() {
        return ca.isFile() || cert.isFile() || key.isFile();
    }

    SslContext context() {
        String caText = read(ca, "unable to read CA cert: ");
        String certText = read(cert, CERT);
        String keyText = read(key, KEY);
        Built known = built;
        if (known == null || !known.ca.equals(caText) || !known.cert.equals(certText) || !known.key.equals(keyText)) {
            known = new Built(caText, certText, keyText, build(caText, certText, keyText));
            built = known;
        }
        return known.context;
    }

    private static String read(SecretSource source, String error) {
        try {
            return source.read();
        } catch (UncheckedIOException e) {
            throw new IllegalArgumentException(error + e.getMessage(), e);
        }
    }

    private SslContext build(String caText, String certText, String keyText) {
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (config.insecureSkipVerify()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
            builder.endpointIdentificationAlgorithm(null);
        } else if (ca.isSet()) {
            builder.trustManager(certificates(caText, "unable to use specified CA cert"));
        }
        if (cert.isSet()) {
            builder.keyManager(PemKeys.read(keyText), certificates(certText, "unable to use specified client cert"));
        }
        builder.protocols(protocols());
        if (http2) {
            builder.ciphers(
                            io.netty.handler.codec.http2.Http2SecurityUtil.CIPHERS,
                            io.netty.handler.ssl.SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(new io.netty.handler.ssl.ApplicationProtocolConfig(
                            io.netty.handler.ssl.ApplicationProtocolConfig.Protocol.ALPN,
                            io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            io.netty.handler.ssl.ApplicationProtocolNames.HTTP_2,
                            io.netty.handler.ssl.ApplicationProtocolNames.HTTP_1_1));
        }
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("unable to build TLS: " + e.getMessage(), e);
        }
    }

    private List<String> protocols() {
        int least = config.minVersion().orElse(TlsConfig.TlsVersion.TLS12).ordinal();
        int most = config.maxVersion().orElse(TlsConfig.TlsVersion.TLS13).ordinal();
        var protocols = new ArrayList<String>();
        for (TlsConfig.TlsVersion version : TlsConfig.TlsVersion.values()) {
            if (version.ordinal() >= least && version.ordinal() <= most) {
                protocols.add(version.protocol());
            }
        }
        return protocols;
    }

    static X509Certificate[] certificates(String pem, String error) {
        try (var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))) {
            X509Certificate[] found = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toArray(X509Certificate[]::new);
            if (found.length == 0) {
                throw new IllegalArgumentException(error + ": no certificate in it");
            }
            return found;
        } catch (CertificateException | IOException e) {
            throw new IllegalArgumentException(error + ": " + e.getMessage(), e);
        }
    }
}
