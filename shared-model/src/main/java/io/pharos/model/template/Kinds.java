package io.pharos.model.template;

import java.nio.charset.StandardCharsets;

/// What Go's reflection says of a value.
enum Kinds {
    NOTHING,
    BOOL,
    INT,
    UINT,
    FLOAT,
    STRING,
    LIST,
    MAP,
    STRUCT,
    OPAQUE;

    static Kinds of(Object value) {
        return switch (value) {
            case Nil _ -> NOTHING;
            case Boolean _ -> BOOL;
            case Long _ -> INT;
            case Double _ -> FLOAT;
            case String _, TrustedText _ -> STRING;
            case GoInt n -> n.unsigned() ? UINT : INT;
            case GoList _ -> LIST;
            case GoMap _ -> MAP;
            case GoStruct _, GoTime _ -> STRUCT;
            default -> OPAQUE;
        };
    }

    static String typeName(Object value) {
        return switch (value) {
            case Nil _ -> "<nil>";
            case Boolean _ -> "bool";
            case Long _ -> "int";
            case Double _ -> "float64";
            case String _ -> "string";
            case GoValue v -> v.typeName();
            default -> "*histogram.FloatHistogram";
        };
    }

    /// A value's truth: only what is empty, zero or nil is false; structs and times never are.
    static boolean truth(Object value) {
        return switch (value) {
            case Nil _ -> false;
            case Boolean b -> b;
            case Long n -> n != 0;
            case GoInt n -> n.value() != 0;
            case Double d -> d != 0;
            case String s -> !s.isEmpty();
            case TrustedText t -> !t.value().isEmpty();
            case GoList list -> !list.items().isEmpty();
            case GoMap map -> !map.entries().isEmpty();
            default -> true;
        };
    }

    static String string(Object value) {
        return value instanceof TrustedText t ? t.value() : (String) value;
    }

    static long integer(Object value) {
        return value instanceof GoInt n ? n.value() : (Long) value;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
