package io.pharos.standalone;

import io.pharos.alertmanager.AlertmanagerConfiguration;
import io.pharos.notifier.NotifierConfiguration;
import io.pharos.query.QueryConfiguration;
import io.pharos.rule.RuleConfiguration;
import io.pharos.runtime.RuntimeConfiguration;
import io.pharos.runtime.flags.Program;
import io.pharos.scraper.ScraperConfiguration;
import io.pharos.storage.StorageConfiguration;

/// Which configurations make up a program.
final class Composition {
    private Composition() {}

    static Class<?>[] of(Program program) {
        return switch (program) {
            case STANDALONE, SCRAPER, STORAGE, QUERY, RULE ->
                new Class<?>[] {
                    RuntimeConfiguration.class,
                    StorageConfiguration.class,
                    ScraperConfiguration.class,
                    RuleConfiguration.class,
                    QueryConfiguration.class,
                    AlertmanagerConfiguration.class,
                    NotifierConfiguration.class
                };
            case ALERTMANAGER, NOTIFIER ->
                new Class<?>[] {RuntimeConfiguration.class, AlertmanagerConfiguration.class, NotifierConfiguration.class
                };
        };
    }
}
