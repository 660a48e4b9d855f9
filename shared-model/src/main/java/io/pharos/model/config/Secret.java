package io.pharos.model.config;

/// A text that is never printed: shown as `<secret>`, or not at all where empty.
public record Secret(String value) {
    /// What stands for a secret.
    public static final String HIDDEN = "<secret>";

    public static final Secret NONE = new Secret("");

    public boolean isSet() {
        return !value.isEmpty();
    }

    @Override
    public String toString() {
        return value.isEmpty() ? "" : HIDDEN;
    }
}
