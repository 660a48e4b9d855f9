package io.pharos.model.config;

/// A record's complaint about one of its fields, so that the error points there.
final class BadField extends IllegalArgumentException {
    private final String key;

    /// @param key as it stands in YAML
    BadField(String key, String message) {
        super(message);
        this.key = key;
    }

    String key() {
        return key;
    }
}
