package io.pharos.notifier.receiver;

import io.pharos.model.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A secret that is written in the configuration or in a file of its own, which is read anew at every use, so that it
/// may be rotated.
public record SecretText(Secret secret, String file) {
    /// The secret as it stands there.
    public String read() throws IOException {
        if (file.isEmpty()) {
            return secret.value();
        }
        try {
            return Files.readString(Path.of(file));
        } catch (IOException | RuntimeException e) {
            throw new IOException("could not read " + file + ": " + e.getClass().getSimpleName());
        }
    }

    /// The same without white space around it.
    public String trimmed() throws IOException {
        return file.isEmpty() ? secret.value() : read().strip();
    }
}
