package io.pharos.alertmanager.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/// What was built, as `versionInfo` shows it; empty texts where the distribution does not say.
public final class BuildInfo {
    private BuildInfo() {}

    public static Map<String, String> read() {
        var properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("/pharos.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new IllegalStateException("bug: pharos.properties cannot be read", e);
        }
        var info = new LinkedHashMap<String, String>();
        info.put("branch", properties.getProperty("branch", ""));
        info.put("buildDate", properties.getProperty("buildDate", ""));
        info.put("buildUser", "");
        info.put("goVersion", "java" + Runtime.version().feature());
        info.put("revision", properties.getProperty("revision", ""));
        info.put("version", properties.getProperty("version", ""));
        return info;
    }
}
