package io.pharos.model.config;

/// Checks of a secret that stands in the file or in one of its own.
final class Exclusive {
    private Exclusive() {}

    static void check(String key, Secret secret, String file) {
        if (secret.isSet() && !file.isEmpty()) {
            throw new BadField(key, "at most one of " + key + " & " + key + "_file must be configured");
        }
    }

    static void required(Secret secret, String file, String error) {
        if (!secret.isSet() && file.isEmpty()) {
            throw new IllegalArgumentException(error);
        }
    }
}
