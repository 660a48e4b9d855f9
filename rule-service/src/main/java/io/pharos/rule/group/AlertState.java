package io.pharos.rule.group;

import java.util.Locale;

/// The state of an alert, or the gravest among a rule's; in order of gravity.
public enum AlertState {
    /// A rule that was not evaluated yet.
    UNKNOWN,
    INACTIVE,
    PENDING,
    FIRING;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
