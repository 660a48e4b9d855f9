package io.pharos.standalone.cli.amtool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What `alert` and `alert query` do.
abstract class AlertQuery extends AmtoolCommand {
    @Option(
            names = {"-i", "--inhibited"},
            negatable = true,
            description = "Show inhibited alerts.")
    boolean inhibited;

    @Option(
            names = {"-s", "--silenced"},
            negatable = true,
            description = "Show silenced alerts.")
    boolean silenced;

    @Option(
            names = {"-a", "--active"},
            negatable = true,
            description = "Show active alerts.")
    boolean active;

    @Option(
            names = {"-u", "--unprocessed"},
            negatable = true,
            description = "Show unprocessed alerts.")
    boolean unprocessed;

    @Option(
            names = {"-r", "--receiver"},
            description = "Show alerts matching the receiver (a regular expression).")
    @Nullable
    String receiver;

    @Parameters(arity = "0..*", description = "Matchers.")
    List<String> matchers = new ArrayList<>();

    @Override
    public Integer call() {
        boolean none = !silenced && !inhibited && !active && !unprocessed;
        var query = new ArrayList<AmtoolClient.Parameter>();
        query.add(new AmtoolClient.Parameter("active", Boolean.toString(active || none)));
        query.add(new AmtoolClient.Parameter("inhibited", Boolean.toString(inhibited)));
        query.add(new AmtoolClient.Parameter("silenced", Boolean.toString(silenced)));
        query.add(new AmtoolClient.Parameter("unprocessed", Boolean.toString(unprocessed)));
        if (receiver != null) {
            query.add(new AmtoolClient.Parameter("receiver", receiver));
        }
        amtool().named(matchers).forEach(text -> query.add(new AmtoolClient.Parameter("filter", text)));
        Output output = amtool().output();
        try (AmtoolClient client = amtool().client()) {
            output.alerts(client.get("/alerts", query));
        }
        return 0;
    }
}
