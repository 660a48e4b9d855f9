package io.pharos.standalone.cli.amtool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `alert [query]` and `alert add`.
@Command(
        name = "alert",
        description = "Add or query alerts.",
        subcommands = {AlertCommands.Query.class, AlertCommands.Add.class})
final class AlertCommands extends AlertQuery {
    @Command(name = "query", description = "View and search through current alerts.")
    static final class Query extends AlertQuery {}

    @Command(name = "add", description = "Add a new alert.")
    static final class Add extends AmtoolCommand {
        @Option(names = "--generator-url", description = "Set the URL of the source that generated the alert.")
        @Nullable
        String generatorUrl;

        @Mixin
        Span span = new Span();

        @Option(names = "--annotation", description = "Set an annotation to be included with the alert; repeatable.")
        List<String> annotations = new ArrayList<>();

        @Parameters(arity = "0..*", description = "Labels, name=value.")
        List<String> labels = new ArrayList<>();

        @Override
        public Integer call() {
            ArrayNode alerts = JsonNodeFactory.instance.arrayNode();
            ObjectNode alert = alerts.addObject();
            ObjectNode own = alert.putObject("labels");
            amtool().pairs(amtool().named(labels), "label").forEach(own::put);
            ObjectNode notes = alert.putObject("annotations");
            amtool().pairs(annotations, "annotation").forEach(notes::put);
            span.start().ifPresent(start -> alert.put("startsAt", start.toString()));
            span.end().ifPresent(end -> alert.put("endsAt", end.toString()));
            if (generatorUrl != null) {
                alert.put("generatorURL", generatorUrl);
            }
            try (AmtoolClient client = amtool().client()) {
                client.post("/alerts", alerts);
            }
            return 0;
        }
    }
}
