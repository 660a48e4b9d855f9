package io.pharos.standalone.cli.amtool;

import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.labels.Matcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `alert [query]` and `alert add`.
@Command(
        name = "alert",
        description = "Add or query alerts.",
        subcommands = {AlertCommands.Query.class, AlertCommands.Add.class})
final class AlertCommands extends AlertQuery {
    @ParentCommand
    @Nullable
    Amtool amtool;

    @Override
    Amtool amtool() {
        return Parents.of(amtool);
    }

    Amtool root() {
        return amtool();
    }

    @Command(name = "query", description = "View and search through current alerts.")
    static final class Query extends AlertQuery {
        @ParentCommand
        @Nullable
        AlertCommands parent;

        @Override
        Amtool amtool() {
            return Parents.of(parent).root();
        }
    }

    @Command(name = "add", description = "Add a new alert.")
    static final class Add implements Callable<Integer> {
        @ParentCommand
        @Nullable
        AlertCommands parent;

        @Option(names = "--generator-url", description = "Set the URL of the source that generated the alert.")
        @Nullable
        String generatorUrl;

        @Option(names = "--start", description = "Set when the alert should start (RFC 3339).")
        @Nullable
        String start;

        @Option(names = "--end", description = "Set when the alert should end (RFC 3339).")
        @Nullable
        String end;

        @Option(names = "--annotation", description = "Set an annotation to be included with the alert; repeatable.")
        List<String> annotations = new ArrayList<>();

        @Parameters(arity = "0..*", description = "Labels, name=value.")
        List<String> labels = new ArrayList<>();

        @Override
        public Integer call() {
            Amtool amtool = Parents.of(parent).root();
            ArrayNode alerts = JsonNodeFactory.instance.arrayNode();
            ObjectNode alert = alerts.addObject();
            pairs(amtool, alert.putObject("labels"), amtool.named(labels), "label");
            pairs(amtool, alert.putObject("annotations"), annotations, "annotation");
            if (start != null) {
                alert.put("startsAt", Amtool.time(start).toString());
            }
            if (end != null) {
                alert.put("endsAt", Amtool.time(end).toString());
            }
            if (generatorUrl != null) {
                alert.put("generatorURL", generatorUrl);
            }
            try (AmtoolClient client = amtool.client()) {
                client.post("/alerts", alerts);
            }
            return 0;
        }

        private static void pairs(Amtool amtool, ObjectNode into, List<String> texts, String what) {
            for (String text : texts) {
                AlertMatcher matcher = amtool.matcher(text);
                if (matcher.type() != Matcher.Type.EQUAL) {
                    throw new AmtoolException(what + "s must be specified as key=value pairs");
                }
                into.put(matcher.name(), matcher.value());
            }
        }
    }
}
