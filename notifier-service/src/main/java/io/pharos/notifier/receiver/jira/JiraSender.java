package io.pharos.notifier.receiver.jira;

import io.pharos.model.config.JiraConfig;
import io.pharos.model.config.TextOrTemplate;
import io.pharos.model.text.GoText;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.HttpReply;
import io.pharos.notifier.http.Json;
import io.pharos.notifier.http.JsonObject;
import io.pharos.notifier.http.StatusRule;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.http.Urls;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import io.pharos.notifier.render.Structured;
import io.pharos.notifier.render.Truncation;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `jira_configs`. One issue per alert group, found again by a label with the group's hash.
public final class JiraSender implements Sender {
    private static final int MAX_SUMMARY = 255;
    private static final int MAX_DESCRIPTION = 32767;
    private static final StatusRule RULE = StatusRule.alsoRetrying(429);

    private final JiraConfig config;
    private final Transport transport;

    public JiraSender(JiraConfig config, Transport transport) {
        this.config = config;
        this.transport = transport;
    }

    /// Ends an attempt early.
    private static final class Stopped extends Exception {
        private final transient Attempt.Failed failed;

        Stopped(Attempt.Failed failed) {
            super(failed.error(), null, false, false);
            this.failed = failed;
        }
    }

    /// An issue that was found; `done` is its status' category.
    private record Issue(String key, boolean done) {}

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        try {
            Optional<Issue> found = search(letter);
            if (found.isEmpty()) {
                if (letter.firing()) {
                    call(letter, "POST", "issue", issue(letter, true));
                }
                return Attempt.delivered();
            }
            Issue issue = found.get();
            call(letter, "PUT", "issue/" + issue.key, issue(letter, false));
            move(letter, issue);
            return Attempt.delivered();
        } catch (Stopped e) {
            return e.failed;
        }
    }

    private Optional<Issue> search(Letter letter) throws Stopped, InterruptedException {
        ArrayNode fields = JsonObject.array();
        fields.add("status");
        ObjectNode query = new JsonObject()
                .with("fields", fields)
                .with("jql", jql(letter))
                .with("maxResults", 2)
                .node();
        JsonNode answer = exchange(letter, HttpCall.json("POST", searchUrl(), query));
        JsonNode issues = answer.path("issues");
        if (issues.isEmpty()) {
            return Optional.empty();
        }
        JsonNode first = issues.path(0);
        JsonNode category = first.path("fields").path("status").path("statusCategory");
        return Optional.of(
                new Issue(Json.text(first, "key"), Json.text(category, "key").equals("done")));
    }

    /// Jira's cloud has another path for searches than its data center.
    private String searchUrl() {
        String base = config.apiUrl().text();
        String host = URI.create(base).getHost();
        boolean cloud =
                switch (config.apiType()) {
                    case "cloud" -> true;
                    case "datacenter" -> false;
                    default -> host != null && host.endsWith("atlassian.net");
                };
        if (!cloud) {
            return Urls.join(base, "search");
        }
        return Urls.join(base, "search/jql").replace("/rest/api/2/", "/rest/api/3/");
    }

    private String jql(Letter letter) {
        var jql = new StringBuilder();
        if (!config.wontFixResolution().isEmpty()) {
            jql.append("(resolution is EMPTY or resolution != ")
                    .append(GoText.quote(letter.text(config.wontFixResolution())))
                    .append(") and ");
        }
        long minutes = config.reopenDuration().toMinutes();
        if (letter.firing() && !config.reopenTransition().isEmpty() && minutes >= 1) {
            jql.append("(resolutiondate is EMPTY OR resolutiondate >= -")
                    .append(minutes)
                    .append("m) and ");
        } else {
            jql.append("statusCategory != Done and ");
        }
        return jql.append("project=")
                .append(GoText.quote(letter.text(config.project())))
                .append(" and labels=")
                .append(GoText.quote(marker(letter)))
                .append(" order by status ASC,resolutiondate DESC")
                .toString();
    }

    private static String marker(Letter letter) {
        return "ALERT{" + letter.groupHash() + "}";
    }

    private ObjectNode issue(Letter letter, boolean fresh) throws Stopped {
        var labels = new ArrayList<String>();
        config.labels().forEach(label -> labels.add(letter.text(label)));
        labels.add(marker(letter));
        Collections.sort(labels);
        ArrayNode labelNodes = JsonObject.array();
        labels.forEach(labelNodes::add);
        var fields = new JsonObject()
                .with("project", new JsonObject().with("key", letter.text(config.project())))
                .with("issuetype", new JsonObject().with("name", letter.text(config.issueType())));
        if (written(config.summary(), fresh)) {
            fields.with("summary", Truncation.runes(letter.text(config.summary().template()), MAX_SUMMARY));
        }
        if (written(config.description(), fresh)) {
            JsonNode description = description(letter);
            if (!(description.isString() && description.asString().isEmpty())) {
                fields.with("description", description);
            }
        }
        fields.with("labels", labelNodes);
        String priority = letter.text(config.priority());
        if (!priority.isEmpty()) {
            fields.with("priority", new JsonObject().with("name", priority));
        }
        config.fields().forEach((name, value) -> fields.with(name, Structured.render(value, letter)));
        return new JsonObject().with("fields", fields).node();
    }

    private static boolean written(TextOrTemplate text, boolean fresh) {
        return fresh || text.updates();
    }

    /// Version 3 of the API takes documents, not text.
    private JsonNode description(Letter letter) throws Stopped {
        String text = Truncation.runes(letter.text(config.description().template()), MAX_DESCRIPTION);
        String base = config.apiUrl().text();
        if (text.isEmpty() || !(base.endsWith("/3") || base.endsWith("/3/"))) {
            return JsonNodeFactory.instance.stringNode(text);
        }
        Optional<JsonNode> document = Json.read(text);
        if (document.isEmpty()) {
            throw new Stopped(Attempt.refused("description must be valid JSON for the API version 3"));
        }
        return document.get();
    }

    private void move(Letter letter, Issue issue) throws Stopped, InterruptedException {
        String name = letter.firing() && issue.done
                ? config.reopenTransition()
                : !letter.firing() && !issue.done ? config.resolveTransition() : "";
        if (name.isEmpty()) {
            return;
        }
        String wanted = letter.text(name);
        String path = "issue/" + issue.key + "/transitions";
        JsonNode answer =
                exchange(letter, HttpCall.get(Urls.join(config.apiUrl().text(), path)));
        for (JsonNode transition : answer.path("transitions")) {
            if (Json.text(transition, "name").equals(wanted)) {
                var id = new JsonObject().with("id", Json.text(transition, "id"));
                call(
                        letter,
                        "POST",
                        path,
                        new JsonObject().with("transition", id).node());
                return;
            }
        }
        throw new Stopped(Attempt.refused("can't find transition " + wanted + " for issue " + issue.key));
    }

    private void call(Letter letter, String method, String path, ObjectNode body) throws Stopped, InterruptedException {
        exchange(letter, HttpCall.json(method, Urls.join(config.apiUrl().text(), path), body));
    }

    private JsonNode exchange(Letter letter, HttpCall call) throws Stopped, InterruptedException {
        HttpReply reply;
        try {
            reply = transport.send(
                    call.with("Content-Type", "application/json").with("Accept-Language", "en"), letter.timeLeft());
        } catch (IOException e) {
            // Unlike others, Jira is not tried again where it does not answer.
            throw new Stopped(Attempt.refused(String.valueOf(e.getMessage())));
        }
        if (RULE.judge(reply) instanceof Attempt.Failed failed) {
            throw new Stopped(failed);
        }
        return Json.read(reply.text()).orElse(JsonNodeFactory.instance.objectNode());
    }
}
