package io.pharos.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/// What was built, from `pharos.properties`, which the build fills in.
public record Version(String version, String revision, String branch, String buildDate) {
    public static Version read() {
        var properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("/pharos.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new IllegalStateException("bug: pharos.properties cannot be read", e);
        }
        return new Version(
                properties.getProperty("version", "unknown"),
                properties.getProperty("revision", "unknown"),
                properties.getProperty("branch", "unknown"),
                properties.getProperty("buildDate", "unknown"));
    }

    /// In the shape of Prometheus' `--version`.
    String text() {
        return "pharos, version " + version + " (branch: " + branch + ", revision: " + revision
                + ")\n  build date:       "
                + buildDate + "\n  java version:     " + Runtime.version() + "\n  platform:         "
                + System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT) + "/"
                + System.getProperty("os.arch");
    }
}
