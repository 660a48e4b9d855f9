package io.pharos.runtime.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Properties;

/// What was built, from `pharos.properties` on the class path, which the build fills in.
///
/// @param version of the Prometheus whose behaviour this is, then ours: clients such as Grafana choose features by it
public record BuildInfo(
        String version, String revision, String branch, String buildUser, String buildDate, String goVersion) {
    /// The Prometheus that this is compatible with.
    public static final String PROMETHEUS = "3.14.0";

    public static BuildInfo read() {
        var properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("/pharos.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("bug: pharos.properties can't be read", e);
        }
        return new BuildInfo(
                PROMETHEUS + "+pharos-" + properties.getProperty("version", "0.1.0"),
                properties.getProperty("revision", "unknown"),
                properties.getProperty("branch", "unknown"),
                properties.getProperty("buildUser", "pharos"),
                properties.getProperty("buildDate", "unknown"),
                "java" + Runtime.version());
    }

    String operatingSystem() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT);
    }

    /// The processor as Go names it.
    String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }
}
