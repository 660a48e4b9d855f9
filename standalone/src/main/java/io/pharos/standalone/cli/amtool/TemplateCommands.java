package io.pharos.standalone.cli.amtool;

import io.pharos.model.config.ConfigException;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.template.GoTime;
import io.pharos.model.template.NotificationData;
import io.pharos.model.template.NotificationTemplates;
import io.pharos.model.template.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// `template render`.
@Command(name = "template", description = "Render template files.", subcommands = TemplateCommands.Render.class)
final class TemplateCommands extends AmtoolCommand {
    @Command(name = "render", description = "Render a given definition in a template file to standard output.")
    static final class Render extends AmtoolCommand {
        @Option(names = "--template.glob", required = true, description = "Glob of template files; repeatable.")
        List<String> globs = new ArrayList<>();

        @Option(names = "--template.text", required = true, description = "The template that will be rendered.")
        String text = "";

        @Option(names = "--template.type", description = "text (default) or html.")
        String type = "text";

        @Option(names = "--template.data", description = "JSON file with the data of a notification.")
        @Nullable
        String data;

        @Override
        public Integer call() throws IOException {
            if (!type.equals("text") && !type.equals("html")) {
                throw new AmtoolException("enum value must be one of html,text, got '" + type + "'");
            }
            var files = new ArrayList<Path>();
            try {
                for (String glob : globs) {
                    files.addAll(ConfigLoader.find("--template.glob", glob));
                }
                NotificationTemplates templates = NotificationTemplates.only(files, InstantSource.system());
                NotificationData notification = data == null ? example() : read(Path.of(data));
                String rendered =
                        type.equals("html") ? templates.html(text, notification) : templates.text(text, notification);
                Amtool root = amtool();
                root.out().print(rendered);
                root.out().flush();
                return 0;
            } catch (TemplateException | ConfigException e) {
                throw new AmtoolException(String.valueOf(e.getMessage()));
            }
        }

        /// What is rendered where no data is given.
        private static NotificationData example() {
            Instant now = Instant.now();
            var first = new NotificationData.AlertData(
                    "firing",
                    Map.of(
                            "label1",
                            "value1",
                            "label2",
                            "value2",
                            "instance",
                            "foo.bar:1234",
                            "commonlabelkey1",
                            "commonlabelvalue1",
                            "commonlabelkey2",
                            "commonlabelvalue2"),
                    Map.of(
                            "annotation1",
                            "value1",
                            "annotation2",
                            "value2",
                            "commonannotationkey1",
                            "commonannotationvalue1",
                            "commonannotationkey2",
                            "commonannotationvalue2"),
                    now.minusSeconds(300),
                    now,
                    "https://generatorurl.com",
                    "fingerprint1");
            var second = new NotificationData.AlertData(
                    "resolved",
                    Map.of(
                            "foo",
                            "bar",
                            "baz",
                            "qux",
                            "commonlabelkey1",
                            "commonlabelvalue1",
                            "commonlabelkey2",
                            "commonlabelvalue2"),
                    Map.of(
                            "aaa",
                            "bbb",
                            "ccc",
                            "ddd",
                            "commonannotationkey1",
                            "commonannotationvalue1",
                            "commonannotationkey2",
                            "commonannotationvalue2"),
                    now.minusSeconds(600),
                    now.minusSeconds(300),
                    "https://generatorurl.com",
                    "fingerprint2");
            return new NotificationData(
                    "receiver",
                    "alertstatus",
                    List.of(first, second),
                    "",
                    Map.of("grouplabelkey1", "grouplabelvalue1", "grouplabelkey2", "grouplabelvalue2"),
                    Map.of("commonlabelkey1", "commonlabelvalue1", "commonlabelkey2", "commonlabelvalue2"),
                    Map.of(
                            "commonannotationkey1",
                            "commonannotationvalue1",
                            "commonannotationkey2",
                            "commonannotationvalue2"),
                    Map.of(),
                    "https://example.com");
        }

        private static NotificationData read(Path file) throws IOException {
            try {
                JsonNode node = AmtoolClient.JSON.readTree(Files.readString(file));
                if (!node.isObject()) {
                    throw new AmtoolException("failed to parse " + file + ": it must be a JSON object");
                }
                var alerts = new ArrayList<NotificationData.AlertData>();
                for (JsonNode alert : node.path("alerts")) {
                    alerts.add(new NotificationData.AlertData(
                            Output.text(alert, "status"),
                            map(alert.path("labels")),
                            map(alert.path("annotations")),
                            time(alert, "startsAt"),
                            time(alert, "endsAt"),
                            Output.text(alert, "generatorURL"),
                            Output.text(alert, "fingerprint")));
                }
                return new NotificationData(
                        Output.text(node, "receiver"),
                        Output.text(node, "status"),
                        alerts,
                        Output.text(node, "notification_reason"),
                        map(node.path("groupLabels")),
                        map(node.path("commonLabels")),
                        map(node.path("commonAnnotations")),
                        map(node.path("routeLabels")),
                        Output.text(node, "externalURL"));
            } catch (JacksonException e) {
                throw new AmtoolException("failed to parse " + file + ": " + e.getOriginalMessage());
            }
        }

        private static Map<String, String> map(JsonNode object) {
            var map = new LinkedHashMap<String, String>();
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                map.put(property.getKey(), property.getValue().stringValue(""));
            }
            return map;
        }

        private static Instant time(JsonNode node, String field) {
            String text = Output.text(node, field);
            if (text.isEmpty()) {
                return GoTime.ZERO;
            }
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                throw new AmtoolException(field + " " + text + " is no RFC 3339 time");
            }
        }
    }
}
