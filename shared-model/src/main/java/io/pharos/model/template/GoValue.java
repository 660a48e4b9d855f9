package io.pharos.model.template;

import java.util.Map;

/// A value with a type of its own.
public sealed interface GoValue permits GoInt, GoList, GoMap, GoStruct, GoTime, TrustedText {
    /// The name of its type in Go, as error texts and `%T` show it.
    String typeName();

    /// Methods by name; they come before fields and keys.
    default Map<String, GoFunction> methods() {
        return Map.of();
    }
}
