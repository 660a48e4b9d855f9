package io.pharos.standalone;

import io.pharos.alertmanager.AlertmanagerConfiguration;
import io.pharos.notifier.NotifierConfiguration;
import io.pharos.query.QueryConfiguration;
import io.pharos.runtime.RuntimeConfiguration;
import io.pharos.runtime.flags.Program;
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
