package io.pharos.runtime.http;

import io.pharos.model.config.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/// A text of the configuration, or of a file that is read again when it changes. Thread-safe.
final class SecretSource {
    private record Content(FileTime modified, long size, String text) {}

    private final String text;
    private final String file;
    private volatile Content content = new Content(FileTime.fromMillis(0), -1, "");

    private SecretSource(String text, String file) {
        this.text = text;
        this.file = file;
    }

    static SecretSource of(Secret secret, String file) {
        return new SecretSource(secret.value(), file);
    }

    static SecretSource of(String text, String file) {
        return new SecretSource(text, file);
    }

    boolean isFile() {
        return !file.isEmpty();
    }

    boolean isSet() {
        return !text.isEmpty() || isFile();
    }

    /// The text, without white space around it where it comes from a file.
    String read() {
        if (!isFile()) {
            return text;
        }
        try {
            Path path = Path.of(file);
            FileTime modified = Files.getLastModifiedTime(path);
            long size = Files.size(path);
            Content known = content;
            if (!known.modified.equals(modified) || known.size != size) {
                known = new Content(modified, size, Files.readString(path).strip());
                content = known;
            }
            return known.text;
        } catch (IOException e) {
            throw new UncheckedIOException("unable to read file " + file + ": " + GoErrors.file(file, e), e);
        }
    }
}
