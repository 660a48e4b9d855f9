package io.pharos.runtime.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// One request.
///
/// @param headers beside those of the configuration; a `User-Agent` here wins over the default
/// @param body empty for none
/// @param timeout of the whole exchange, redirects included
/// @param maxBodyBytes of the answer; more fails the call. 0 means no limit.
public record HttpCall(
        String method, String url, Map<String, String> headers, byte[] body, Duration timeout, long maxBodyBytes) {
    /// Answers are at most this long where nothing else is said.
    public static final long DEFAULT_MAX_BODY_BYTES = 64L << 20;

    public HttpCall {
        headers = Map.copyOf(headers);
    }

    public static HttpCall get(String url, Duration timeout) {
        return new HttpCall("GET", url, Map.of(), new byte[0], timeout, DEFAULT_MAX_BODY_BYTES);
    }

    public static HttpCall post(String url, String contentType, byte[] body, Duration timeout) {
        return new HttpCall("POST", url, Map.of("Content-Type", contentType), body, timeout, DEFAULT_MAX_BODY_BYTES);
    }

    public HttpCall with(String header, String value) {
        var all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new HttpCall(method, url, all, body, timeout, maxBodyBytes);
    }

    public HttpCall withMaxBodyBytes(long bytes) {
        return new HttpCall(method, url, headers, body, timeout, bytes);
    }

    /// The header's value, whatever the case of its name; `""` where there is none.
    String header(String name) {
        for (var header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return "";
    }
}
