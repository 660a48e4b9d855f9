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
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
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

    static Duration duration(String text) {
        try {
            return Duration.ofMillis(PromDuration.parse(text));
        } catch (IllegalArgumentException e) {
            throw new AmtoolException(String.valueOf(e.getMessage()));
        }
    }

    @Command(name = "query", description = "Query Alertmanager silences.")
    static final class Query extends SilenceQuery {
        @ParentCommand
        @Nullable
        SilenceCommands parent;

        @Override
        Amtool amtool() {
            return Parents.of(parent).root();
        }
    }

    @Command(name = "add", description = "Add a new silence.")
    static final class Add implements Callable<Integer> {
        @ParentCommand
        @Nullable
        SilenceCommands parent;

        @Option(
                names = {"-a", "--author"},
                description = "Username for CreatedBy field.")
        String author = System.getProperty("user.name", "");

        @Option(names = "--require-comment", negatable = true, description = "Require comment to be set.")
        boolean requireComment = true;

        @Option(
                names = {"-d", "--duration"},
                description = "Duration of silence.")
        String duration = "1h";

        @Option(names = "--start", description = "Set when the silence should start (RFC 3339).")
        @Nullable
        String start;

        @Option(names = "--end", description = "Set when the silence should end (RFC 3339); overwrites duration.")
        @Nullable
        String end;

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
            Amtool amtool = Parents.of(parent).root();
            List<AlertMatcher> parsed = amtool.matchers(matchers);
            if (parsed.isEmpty()) {
                throw new AmtoolException("no matchers specified");
            }
            Instant starts = start == null ? Instant.now() : Amtool.time(start);
            Instant ends = end == null ? starts.plus(length()) : Amtool.time(end);
            if (requireComment && comment.isEmpty()) {
                throw new AmtoolException("comment required by config");
            }
            if (starts.isAfter(ends)) {
                throw new AmtoolException("silence cannot start after it ends");
            }
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
                for (String annotation : annotations) {
                    AlertMatcher pair = amtool.matcher(annotation);
                    pairs.put(pair.name(), pair.value());
                }
            }
            try (AmtoolClient client = amtool.client()) {
                amtool.out().println(Output.text(client.post("/silences", body), "silenceID"));
            }
            return 0;
        }

        private Duration length() {
            Duration length = SilenceCommands.duration(duration);
            if (length.isZero()) {
                throw new AmtoolException("silence duration must be greater than 0");
            }
            return length;
        }
    }

    @Command(name = "expire", description = "Expire an Alertmanager silence.")
    static final class Expire implements Callable<Integer> {
        @ParentCommand
        @Nullable
        SilenceCommands parent;

        @Parameters(arity = "0..*", description = "Ids of silences to expire.")
        List<String> ids = new ArrayList<>();

        @Override
        public Integer call() {
            if (ids.isEmpty()) {
                throw new AmtoolException("no silence IDs specified");
            }
            try (AmtoolClient client = Parents.of(parent).root().client()) {
                ids.forEach(id -> client.delete("/silence/" + id));
            }
            return 0;
        }
    }

    @Command(name = "update", description = "Update silences.")
    static final class Update implements Callable<Integer> {
        @ParentCommand
        @Nullable
        SilenceCommands parent;

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

        @Option(names = "--start", description = "Set when the silence should start (RFC 3339).")
        @Nullable
        String start;

        @Option(names = "--end", description = "Set when the silence should end (RFC 3339); overwrites duration.")
        @Nullable
        String end;

        @Option(
                names = {"-c", "--comment"},
                description = "A comment to help describe the silence.")
        @Nullable
        String comment;

        @Parameters(arity = "0..*", description = "Ids of silences to update.")
        List<String> ids = new ArrayList<>();

        @Override
        public Integer call() {
            if (ids.isEmpty()) {
                throw new AmtoolException("no silence IDs specified");
            }
            Amtool amtool = Parents.of(parent).root();
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
            if (quiet) {
                updated.forEach(silence -> amtool.out().println(Output.text(silence, "id")));
            } else {
                output.silences(updated);
            }
            return 0;
        }

        private void change(ObjectNode body) {
            if (start != null) {
                body.put("startsAt", Amtool.time(start).toString());
            }
            if (end != null) {
                body.put("endsAt", Amtool.time(end).toString());
            } else if (duration != null) {
                Duration length = SilenceCommands.duration(duration);
                if (length.isZero()) {
                    throw new AmtoolException("silence duration must be greater than 0");
                }
                body.put("endsAt", Output.time(body, "startsAt").plus(length).toString());
            }
            if (comment != null) {
                body.put("comment", comment);
            }
            if (Output.time(body, "startsAt").isAfter(Output.time(body, "endsAt"))) {
                throw new AmtoolException("silence cannot start after it ends");
            }
        }
    }

    @Command(name = "import", description = "Import Alertmanager silences from a JSON file or stdin.")
    static final class Import implements Callable<Integer> {
        @ParentCommand
        @Nullable
        SilenceCommands parent;

        @Option(
                names = {"-f", "--force"},
                negatable = true,
                description = "Force adding new silences even if it already exists.")
        boolean force;

        @Option(
                names = {"-w", "--worker"},
                description = "Number of concurrent workers; silences are imported one after the other.")
        int workers = 8;

        @Parameters(arity = "0..1", description = "JSON file with silences.")
        @Nullable
        String file;

        @Override
        public Integer call() throws IOException {
            JsonNode silences;
            try {
                String text = file == null
                        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                        : Files.readString(Path.of(file));
                silences = AmtoolClient.JSON.readTree(text);
            } catch (JacksonException e) {
                throw new AmtoolException("couldn't unmarshal input data, is it JSON?: " + e.getOriginalMessage());
            }
            if (!silences.isArray()) {
                throw new AmtoolException(
                        "couldn't unmarshal input data, is it JSON?: it must be an array of silences");
            }
            int failed = 0;
            Amtool amtool = Parents.of(parent).root();
            try (AmtoolClient client = amtool.client()) {
                for (JsonNode silence : silences) {
                    if (!add(amtool, client, (ObjectNode) silence)) {
                        failed++;
                    }
                }
            }
            if (failed > 0) {
                throw new AmtoolException("couldn't import " + failed + " out of " + silences.size() + " silences");
            }
            return 0;
        }

        private boolean add(Amtool amtool, AmtoolClient client, ObjectNode silence) {
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
