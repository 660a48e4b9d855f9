package io.pharos.runtime.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/// What came back: any status. The body is decompressed unless the call asked for an encoding itself.
///
/// @param reason `Not Found`
public record HttpReply(int status, String reason, HttpHeaders headers, byte[] body) {
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /// The header's first value, `""` where there is none.
    public String header(String name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }

    /// The body as UTF-8.
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /// `404 Not Found`.
    public String statusLine() {
        return status + " " + reason;
    }
}
