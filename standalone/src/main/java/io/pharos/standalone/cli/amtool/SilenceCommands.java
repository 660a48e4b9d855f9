package io.pharos.standalone.cli.amtool;

import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.text.PromDuration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `silence [query]`, `silence add`, `expire`, `update`, `import`.
@Command(
        name = "silence",
        description = "Add, expire or view silences.",
        subcommands = {
            SilenceCommands.Query.class,
            SilenceCommands.Add.class,
            SilenceCommands.Expire.class,
            SilenceCommands.Update.class,
            SilenceCommands.Import.class
        })
final class SilenceCommands extends SilenceQuery {
    static Duration duration(String text) {
        try {
            return Duration.ofMillis(PromDuration.parse(text));
        } catch (IllegalArgumentException e) {
            throw new AmtoolException(String.valueOf(e.getMessage()));
        }
    }

    private static Duration length(String text) {
        Duration length = duration(text);
        if (length.isZero()) {
            throw new AmtoolException("silence duration must be greater than 0");
        }
        return length;
    }

    /// The ids on the command line, at least one.
    private static void check(List<String> ids) {
        if (ids.isEmpty()) {
            throw new AmtoolException("no silence IDs specified");
        }
    }

    @Command(name = "query", description = "Query Alertmanager silences.")
    static final class Query extends SilenceQuery {}

    @Command(name = "add", description = "Add a new silence.")
    static final class Add extends AmtoolCommand {
        @Option(
                names = {"-a", "--author"},
                description = "Username for CreatedBy field.")
        String author = System.getProperty("user.name", "");

        @Option(
                names = "--require-comment",
                negatable = true,
                defaultValue = "true",
                fallbackValue = "true",
                description = "Require comment to be set.")
        boolean requireComment = true;

        @Option(
                names = {"-d", "--duration"},
                description = "Duration of silence.")
        String duration = "1h";

        @Mixin
        Span span = new Span();

        @Option(
                names = {"-c", "--comment"},
                description = "A comment to help describe the silence.")
        String comment = "";

        @Option(names = "--annotation", description = "Set an annotation to be included with the silence; repeatable.")
        List<String> annotations = new ArrayList<>();

        @Parameters(arity = "0..*", description = "Matchers.")
        List<String> matchers = new ArrayList<>();

        @Override
        public Integer call() {
            Amtool amtool = amtool();
            List<AlertMatcher> parsed = amtool.matchers(matchers);
            if (parsed.isEmpty()) {
                throw new AmtoolException("no matchers specified");
            }
            Instant starts = span.start().orElseGet(Instant::now);
            Instant ends = span.end().orElseGet(() -> starts.plus(length(duration)));
            if (requireComment && comment.isEmpty()) {
                throw new AmtoolException("comment required by config");
            }
            Span.check(starts, ends);
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            ArrayNode array = body.putArray("matchers");
            for (AlertMatcher matcher : parsed) {
                array.addObject()
                        .put("name", matcher.name())
                        .put("value", matcher.value())
                        .put("isRegex", matcher.isRegex())
                        .put("isEqual", matcher.isPositive());
            }
            body.put("startsAt", starts.toString());
            body.put("endsAt", ends.toString());
            body.put("createdBy", author);
            body.put("comment", comment);
            if (!annotations.isEmpty()) {
                ObjectNode pairs = body.putObject("annotations");
                amtool.pairs(annotations, "annotation").forEach(pairs::put);
            }
            try (AmtoolClient client = amtool.client()) {
                amtool.out().println(Output.text(client.post("/silences", body), "silenceID"));
            }
            return 0;
        }
    }

    @Command(name = "expire", description = "Expire an Alertmanager silence.")
    static final class Expire extends AmtoolCommand {
        @Parameters(arity = "0..*", description = "Ids of silences to expire.")
        List<String> ids = new ArrayList<>();

        @Override
        public Integer call() {
            check(ids);
            try (AmtoolClient client = amtool().client()) {
                ids.forEach(id -> client.delete("/silence/" + id));
            }
            return 0;
        }
    }

    @Command(name = "update", description = "Update silences.")
    static final class Update extends AmtoolCommand {
        @Option(
                names = {"-q", "--quiet"},
                negatable = true,
                description = "Only show silence ids.")
        boolean quiet;

        @Option(
                names = {"-d", "--duration"},
                description = "Duration of silence.")
        @Nullable
        String duration;

        @Mixin
        Span span = new Span();

        @Option(
                names = {"-c", "--comment"},
                description = "A comment to help describe the silence.")
        @Nullable
        String comment;

        @Parameters(arity = "0..*", description = "Ids of silences to update.")
        List<String> ids = new ArrayList<>();

        @Override
        public Integer call() {
            check(ids);
            Amtool amtool = amtool();
            Output output = amtool.output();
            ArrayNode updated = JsonNodeFactory.instance.arrayNode();
            try (AmtoolClient client = amtool.client()) {
                for (String id : ids) {
                    var body = (ObjectNode) client.get("/silence/" + id, List.of());
                    change(body);
                    String now = Output.text(client.post("/silences", body), "silenceID");
                    updated.add(client.get("/silence/" + now, List.of()));
                }
            }
            output.silences(updated, quiet);
            return 0;
        }

        private void change(ObjectNode body) {
            span.start().ifPresent(start -> body.put("startsAt", start.toString()));
            Instant starts = Output.time(body, "startsAt");
            if (duration != null) {
                body.put("endsAt", starts.plus(length(duration)).toString());
            }
            span.end().ifPresent(end -> body.put("endsAt", end.toString()));
            if (comment != null) {
                body.put("comment", comment);
            }
            Span.check(starts, Output.time(body, "endsAt"));
        }
    }

    @Command(name = "import", description = "Import Alertmanager silences from a JSON file or stdin.")
    static final class Import extends AmtoolCommand {
        @Option(
                names = {"-f", "--force"},
                negatable = true,
                description = "Force adding new silences even if it already exists.")
        boolean force;

        @Option(
                names = {"-w", "--worker"},
                description = "Number of concurrent workers to use for import.")
        int workers = 8;

        @Parameters(arity = "0..1", description = "JSON file with silences.")
        @Nullable
        String file;

        @Override
        public Integer call() {
            JsonNode silences = read();
            var failed = new AtomicInteger();
            Amtool amtool = amtool();
            try (AmtoolClient client = amtool.client();
                    ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, workers))) {
                for (JsonNode silence : silences) {
                    pool.execute(() -> {
                        if (!add(amtool, client, silence)) {
                            failed.incrementAndGet();
                        }
                    });
                }
            }
            if (failed.get() > 0) {
                throw new AmtoolException("couldn't import " + failed + " out of " + silences.size() + " silences");
            }
            return 0;
        }

        private JsonNode read() {
            JsonNode silences;
            try {
                String text = file == null
                        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                        : Files.readString(Path.of(file));
                silences = AmtoolClient.JSON.readTree(text);
            } catch (JacksonException e) {
                throw new AmtoolException("couldn't unmarshal input data, is it JSON?: " + e.getOriginalMessage());
            } catch (IOException e) {
                throw new AmtoolException("couldn't read " + (file == null ? "standard input" : file) + ": " + e);
            }
            boolean nothing = silences.isNull() || silences.isObject() && silences.isEmpty();
            if (!silences.isArray() && !nothing) {
                throw new AmtoolException(
                        "couldn't unmarshal input data, is it JSON?: it must be an array of silences");
            }
            return silences;
        }

        private boolean add(Amtool amtool, AmtoolClient client, JsonNode given) {
            if (!(given instanceof ObjectNode silence)) {
                System.err.println("Error adding silence: it is no JSON object: " + given);
                return false;
            }
            if (force) {
                silence.remove("id");
            }
            try {
                JsonNode answer;
                try {
                    answer = client.post("/silences", silence);
                } catch (AmtoolClient.Refused e) {
                    if (e.status() != 404) {
                        throw e;
                    }
                    // Unknown here: it is made anew.
                    silence.remove("id");
                    answer = client.post("/silences", silence);
                }
                amtool.out().println(Output.text(answer, "silenceID"));
                return true;
            } catch (AmtoolClient.Refused e) {
                System.err.println("Error adding silence id='" + Output.text(silence, "id") + "': " + e.getMessage());
                return false;
            }
        }
    }
}
