package io.pharos.runtime.ops;

import io.pharos.model.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/// `--web.config.file`: TLS, users and headers of the server; read again when it changes. Thread-safe.
final class WebConfig {
    private record Read(FileTime modified, long size, WebConfigFile file) {}

    private final Path path;
    private volatile Read read;

    private WebConfig(Path path, Read read) {
        this.path = path;
        this.read = read;
    }

    /// Reads the file; absent where none is named.
    ///
    /// @throws RuntimeException where it can't be used
    static Optional<WebConfig> of(String path) {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        Path file = Path.of(path);
        try {
            return Optional.of(new WebConfig(file, read(file)));
        } catch (IOException e) {
            throw new IllegalArgumentException("can't read --web.config.file " + path + ": " + e.getMessage(), e);
        }
    }

    private static Read read(Path file) throws IOException {
        return new Read(
                Files.getLastModifiedTime(file), Files.size(file), new ConfigLoader().read(file, WebConfigFile.class));
    }

    /// What it says now; what it said last where it can't be read any more.
    WebConfigFile current() {
        Read known = read;
        try {
            if (!Files.getLastModifiedTime(path).equals(known.modified) || Files.size(path) != known.size) {
                known = read(path);
                read = known;
            }
        } catch (IOException | RuntimeException _) {
            // Half written or broken: nobody is let in or kept out by accident, the last good one stands.
            return known.file;
        }
        return known.file;
    }
}
