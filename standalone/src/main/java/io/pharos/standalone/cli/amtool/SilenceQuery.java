package io.pharos.standalone.cli.amtool;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What `silence` and `silence query` do.
abstract class SilenceQuery extends AmtoolCommand {
    @Option(names = "--expired", negatable = true, description = "Show expired silences instead of active.")
    boolean expired;

    @Option(
            names = {"-q", "--quiet"},
            negatable = true,
            description = "Only show silence ids.")
    boolean quiet;

    @Option(names = "--created-by", description = "Show silences that belong to this creator.")
    @Nullable
    String createdBy;

    @Option(names = "--id", description = "Get a silence by its id.")
    @Nullable
    String id;

    @Option(names = "--within", description = "Show silences that will expire or have expired within a duration.")
    @Nullable
    String within;

    @Parameters(arity = "0..*", description = "Matchers.")
    List<String> matchers = new ArrayList<>();

    @Override
    public Integer call() {
        Duration span = within == null ? Duration.ZERO : SilenceCommands.duration(within);
        var query = new ArrayList<AmtoolClient.Parameter>();
        amtool().named(matchers).forEach(text -> query.add(new AmtoolClient.Parameter("filter", text)));
        Output output = amtool().output();
        JsonNode all;
        try (AmtoolClient client = amtool().client()) {
            all = client.get("/silences", query);
        }
        Instant now = Instant.now();
        ArrayNode shown = JsonNodeFactory.instance.arrayNode();
        for (JsonNode silence : all) {
            if (shows(silence, now, span)) {
                shown.add(silence);
            }
        }
        output.silences(shown, quiet);
        return 0;
    }

    private boolean shows(JsonNode silence, Instant now, Duration span) {
        Instant ends = Output.time(silence, "endsAt");
        boolean timely = expired
                ? !ends.isAfter(now) && (span.isZero() || !ends.isBefore(now.minus(span)))
                : !ends.isBefore(now) && (span.isZero() || !ends.isAfter(now.plus(span)));
        return timely
                && (createdBy == null
                        || createdBy.isEmpty()
                        || Output.text(silence, "createdBy").equals(createdBy))
                && (id == null || id.isEmpty() || Output.text(silence, "id").equals(id));
    }
}
