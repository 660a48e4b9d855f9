package io.pharos.standalone;

import io.pharos.alertmanager.AlertmanagerConfiguration;
import io.pharos.notifier.NotifierConfiguration;
import io.pharos.query.QueryConfiguration;
import io.pharos.rule.RuleConfiguration;
import io.pharos.runtime.RuntimeConfiguration;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.flags.Program;
import io.pharos.runtime.remote.RemoteWiring;
import io.pharos.scraper.ScraperConfiguration;
import io.pharos.storage.StorageConfiguration;
import java.util.ArrayList;
import java.util.List;

/// Which configurations make up a program: in one process each service calls the next one's beans; apart, by
/// [RemoteWiring].
final class Composition {
    private static final String NOTIFIERS = "SPRING_CLOUD_DISCOVERY_CLIENT_SIMPLE_INSTANCES_NOTIFIER";

    private Composition() {}

    static Class<?>[] of(Flags flags) {
        var all = new ArrayList<Class<?>>(List.of(RuntimeConfiguration.class));
        switch (flags.program()) {
            case STANDALONE ->
                all.addAll(List.of(
                        StorageConfiguration.class,
                        ScraperConfiguration.class,
                        RuleConfiguration.class,
                        QueryConfiguration.class,
                        AlertmanagerConfiguration.class,
                        NotifierConfiguration.class));
            case SCRAPER -> all.add(ScraperConfiguration.class);
            case STORAGE -> all.add(StorageConfiguration.class);
            case QUERY -> all.add(QueryConfiguration.class);
            case RULE -> all.add(RuleConfiguration.class);
            case ALERTMANAGER -> all.add(AlertmanagerConfiguration.class);
            case NOTIFIER -> all.add(NotifierConfiguration.class);
        }
        boolean notifiesItself = flags.program() == Program.ALERTMANAGER && !hasNotifiers(flags);
        if (notifiesItself) {
            all.add(NotifierConfiguration.class);
        } else {
            all.addAll(RemoteWiring.of(flags.program()));
        }
        return all.toArray(Class<?>[]::new);
    }

    /// Whether notifiers run elsewhere; else an alertmanager brings its own.
    private static boolean hasNotifiers(Flags flags) {
        return flags.list("pharos.peer").stream().anyMatch(peer -> peer.startsWith("notifier="))
                || System.getenv().keySet().stream().anyMatch(name -> name.startsWith(NOTIFIERS));
    }
}
