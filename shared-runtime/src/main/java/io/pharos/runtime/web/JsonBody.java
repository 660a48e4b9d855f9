package io.pharos.runtime.web;

import io.pharos.model.wire.JsonWriter;

/// Writes one JSON value, straight to the client.
@FunctionalInterface
public interface JsonBody {
    void write(JsonWriter out);
}
