package io.pharos.notifier.http;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A request to send.
///
/// @param url may hold secrets: never to be logged
public record HttpCall(String method, String url, Map<String, String> headers, byte[] body) {
    public HttpCall {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /// `POST` of JSON.
    public static HttpCall postJson(String url, JsonNode body) {
        return json("POST", url, body);
    }

    public static HttpCall json(String method, String url, JsonNode body) {
        return new HttpCall(method, url, Map.of("Content-Type", "application/json"), bytes(body));
    }

    public static HttpCall get(String url) {
        return new HttpCall("GET", url, Map.of(), new byte[0]);
    }

    /// Without the URL, the headers and the body, all of which may hold secrets.
    @Override
    public String toString() {
        return method + " <redacted>";
    }

    public HttpCall with(String header, String value) {
        var all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new HttpCall(method, url, all, body);
    }

    /// JSON in UTF-8.
    public static byte[] bytes(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
