package io.pharos.runtime.http;

import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/// Certificates and keys in PEM, as text or in a file, for servers as for clients. Fails with
/// [IllegalArgumentException].
public final class PemFiles {
    private PemFiles() {}

    /// The text, or that of the file.
    public static String text(String text, String file) {
        try {
            return SecretSource.of(text, file).read();
        } catch (UncheckedIOException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    public static X509Certificate[] certificates(String text, String file) {
        return ClientTls.certificates(
                text(text, file), "can't read certificates" + (file.isEmpty() ? "" : " of " + file));
    }

    public static PrivateKey key(String pem) {
        return PemKeys.read(pem);
    }
}
