package io.pharos.notifier.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/// A response, its body whole.
///
/// @param headers first values by lower-case name
public record HttpReply(int status, Map<String, String> headers, byte[] body) {
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public boolean succeeded() {
        return status / 100 == 2;
    }

    public boolean isJson() {
        return headers.getOrDefault("content-type", "").toLowerCase(Locale.ROOT).startsWith("application/json");
    }
}
