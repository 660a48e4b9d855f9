package io.pharos.standalone;

import io.pharos.runtime.flags.Program;
import io.pharos.runtime.server.ServerConfiguration;

/// Which configurations make up a program.
final class Composition {
    private Composition() {}

    static Class<?>[] of(Program program) {
        return switch (program) {
            case STANDALONE, SCRAPER, STORAGE, QUERY, RULE, ALERTMANAGER, NOTIFIER ->
                new Class<?>[] {ServerConfiguration.class};
        };
    }
}
