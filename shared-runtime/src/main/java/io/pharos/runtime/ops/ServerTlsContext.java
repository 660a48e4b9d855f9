package io.pharos.runtime.ops;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.pharos.runtime.http.PemFiles;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/// The server's TLS. Certificate and key are read again when their files change, so that a renewed certificate
/// needs no restart; versions and client authentication are those of the start.
final class ServerTlsContext {
    private ServerTlsContext() {}

    static SslContext of(WebConfig config) {
        WebConfigFile.ServerTls tls = config.current().tlsServerConfig().orElseThrow();
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forServer(new Keys(config)).protocols(tls.protocols());
            if (!tls.cipherSuites().isEmpty()) {
                builder.ciphers(tls.cipherSuites());
            }
            switch (tls.clientAuthType()) {
                case "RequestClientCert" ->
                    builder.clientAuth(ClientAuth.OPTIONAL).trustManager(InsecureTrustManagerFactory.INSTANCE);
                case "RequireAnyClientCert" ->
                    builder.clientAuth(ClientAuth.REQUIRE).trustManager(InsecureTrustManagerFactory.INSTANCE);
                case "VerifyClientCertIfGiven" ->
                    builder.clientAuth(ClientAuth.OPTIONAL).trustManager(authorities(tls));
                case "RequireAndVerifyClientCert" ->
                    builder.clientAuth(ClientAuth.REQUIRE).trustManager(authorities(tls));
                default -> builder.clientAuth(ClientAuth.NONE);
            }
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("can't build TLS of --web.config.file: " + e.getMessage(), e);
        }
    }

    private static X509Certificate[] authorities(WebConfigFile.ServerTls tls) {
        return PemFiles.certificates(tls.clientCa(), tls.clientCaFile());
    }

    /// The key and chain of the moment.
    private static final class Keys extends X509ExtendedKeyManager {
        private record Current(String cert, String key, X509KeyManager manager) {}

        private final WebConfig config;
        private volatile @Nullable Current current;

        Keys(WebConfig config) {
            this.config = config;
            manager();
        }

        private X509KeyManager manager() {
            WebConfigFile.ServerTls tls = config.current().tlsServerConfig().orElseThrow();
            Current known = current;
            try {
                String cert = PemFiles.text(tls.cert(), tls.certFile());
                String key = PemFiles.text(tls.key().value(), tls.keyFile());
                if (known == null || !known.cert.equals(cert) || !known.key.equals(key)) {
                    known = new Current(cert, key, build(cert, key));
                    current = known;
                }
            } catch (IllegalArgumentException e) {
                if (known == null) {
                    throw e;
                }
                // Half written: the last good pair stands until the files are whole.
            }
            return known.manager;
        }

        private static X509KeyManager build(String cert, String key) {
            try {
                var store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                store.setKeyEntry("server", PemFiles.key(key), new char[0], PemFiles.certificates(cert, ""));
                var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(store, new char[0]);
                return (X509KeyManager) factory.getKeyManagers()[0];
            } catch (GeneralSecurityException | java.io.IOException e) {
                throw new IllegalArgumentException("can't use the server's certificate: " + e.getMessage(), e);
            }
        }

        @Override
        public @Nullable String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return manager().chooseServerAlias(keyType, issuers, null);
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return manager().chooseServerAlias(keyType, issuers, socket);
        }

        @Override
        public @Nullable String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
            return manager().getServerAliases(keyType, issuers);
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return manager().getCertificateChain(alias);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return manager().getPrivateKey(alias);
        }
    }
}
