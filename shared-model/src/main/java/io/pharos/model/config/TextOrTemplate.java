package io.pharos.model.config;

import java.util.Optional;

/// A template of Jira: a text, or a map with `template` and `enable_update`.
public record TextOrTemplate(String template, Optional<Boolean> enableUpdate) {
    /// Whether an existing issue's text is replaced.
    public boolean updates() {
        return enableUpdate.orElse(true);
    }
}
