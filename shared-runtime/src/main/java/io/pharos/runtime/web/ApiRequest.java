package io.pharos.runtime.web;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;

/// A request as handlers see it.
///
/// @param method `GET`, `POST`, …
/// @param path the path, percent-encoded as it was sent, with the route prefix
/// @param variables the path's variables, decoded
/// @param parameters those of the query string and of a posted form
/// @param query those of the query string alone
/// @param body the body; empty unless the route was registered to take one
/// @param client the client's address without its port
public record ApiRequest(
        String method,
        String path,
        Map<String, String> variables,
        HttpHeaders headers,
        Parameters parameters,
        Parameters query,
        byte[] body,
        String client) {
    /// The first value of a header, `""` if there is none.
    public String header(String name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }
}
