package io.pharos.rule.group;

/// How a rule's last evaluation went.
public sealed interface Health {
    /// Not evaluated yet.
    record Unknown() implements Health {}

    record Good() implements Health {}

    record Bad(String error) implements Health {}

    /// `unknown`, `ok`, `err`.
    default String text() {
        return switch (this) {
            case Unknown _ -> "unknown";
            case Good _ -> "ok";
            case Bad _ -> "err";
        };
    }

    /// The error, `""` if there is none.
    default String lastError() {
        return this instanceof Bad bad ? bad.error() : "";
    }
}
