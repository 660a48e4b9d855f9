package io.pharos.runtime.flags;

import java.util.Locale;

/// What is started: everything in one process, or one service.
public enum Program {
    STANDALONE,
    SCRAPER,
    STORAGE,
    QUERY,
    RULE,
    /// Alertmanager, with its notifier or without.
    ALERTMANAGER,
    NOTIFIER;

    /// Whether it takes Alertmanager's flags unprefixed, and reads `alertmanager.yml`.
    public boolean isOfAlertmanager() {
        return this == ALERTMANAGER || this == NOTIFIER;
    }

    /// The word on the command line: `scraper`, `storage`…
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
