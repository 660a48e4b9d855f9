package io.pharos.standalone.cli.amtool;

import io.pharos.model.text.GoText;
import java.io.PrintStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Prints what the API answered as amtool does: `simple`, `extended`, `json`.
final class Output {
    private final PrintStream out;
    private final String form;
    private final Function<Instant, String> date;

    Output(PrintStream out, String form, Function<Instant, String> date) {
        this.out = out;
        this.form = form;
        this.date = date;
    }

    static String text(JsonNode node, String field) {
        return node.path(field).stringValue("");
    }

    static Instant time(JsonNode node, String field) {
        return OffsetDateTime.parse(text(node, field)).toInstant();
    }

    private String date(JsonNode node, String field) {
        return date.apply(time(node, field));
    }

    static List<JsonNode> sorted(JsonNode array, String byTime) {
        var list = new ArrayList<JsonNode>();
        array.forEach(list::add);
        list.sort(Comparator.comparing(node -> time(node, byTime)));
        return list;
    }

    private void json(JsonNode node) {
        out.println(AmtoolClient.JSON.writeValueAsString(node));
    }

    /// Rows with columns as wide as their widest text, two spaces between, and after the last.
    void table(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        var widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - width(row.get(i)) + 2));
            }
            out.println(line);
        }
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    void alerts(JsonNode alerts) {
        var rows = new ArrayList<List<String>>();
        switch (form) {
            case "json" -> {
                json(alerts);
                return;
            }
            case "extended" -> {
                rows.add(List.of("Labels", "Annotations", "Starts At", "Ends At", "Generator URL", "State"));
                for (JsonNode alert : sorted(alerts, "startsAt")) {
                    rows.add(List.of(
                            pairs(alert.path("labels")),
                            pairs(alert.path("annotations")),
                            date(alert, "startsAt"),
                            date(alert, "endsAt"),
                            text(alert, "generatorURL"),
                            text(alert.path("status"), "state")));
                }
            }
            default -> {
                rows.add(List.of("Alertname", "Starts At", "Summary", "State"));
                for (JsonNode alert : sorted(alerts, "startsAt")) {
                    rows.add(List.of(
                            text(alert.path("labels"), "alertname"),
                            date(alert, "startsAt"),
                            text(alert.path("annotations"), "summary"),
                            text(alert.path("status"), "state")));
                }
            }
        }
        table(rows);
    }

    private static String pairs(JsonNode object) {
        var sorted = new TreeMap<String, String>();
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            sorted.put(property.getKey(), property.getValue().stringValue(""));
        }
        return String.join(
                " ",
                sorted.entrySet().stream()
                        .map(pair -> pair.getKey() + "=\"" + pair.getValue() + "\"")
                        .toList());
    }

    /// @param quiet ids alone
    void silences(JsonNode silences, boolean quiet) {
        if (quiet) {
            silences.forEach(silence -> out.println(text(silence, "id")));
            return;
        }
        var rows = new ArrayList<List<String>>();
        switch (form) {
            case "json" -> {
                json(silences);
                return;
            }
            case "extended" -> {
                rows.add(List.of("ID", "Matchers", "Starts At", "Ends At", "Updated At", "Created By", "Comment"));
                for (JsonNode silence : sorted(silences, "endsAt")) {
                    rows.add(List.of(
                            text(silence, "id"),
                            "{" + String.join(",", matchers(silence)) + "}",
                            date(silence, "startsAt"),
                            date(silence, "endsAt"),
                            date(silence, "updatedAt"),
                            text(silence, "createdBy"),
                            text(silence, "comment")));
                }
            }
            default -> {
                rows.add(List.of("ID", "Matchers", "Ends At", "Created By", "Comment"));
                for (JsonNode silence : sorted(silences, "endsAt")) {
                    rows.add(List.of(
                            text(silence, "id"),
                            String.join(" ", matchers(silence)),
                            date(silence, "endsAt"),
                            text(silence, "createdBy"),
                            text(silence, "comment")));
                }
            }
        }
        table(rows);
    }

    private static List<String> matchers(JsonNode silence) {
        var list = new ArrayList<String>();
        for (JsonNode matcher : silence.path("matchers")) {
            boolean regex = matcher.path("isRegex").booleanValue(false);
            boolean equal = matcher.path("isEqual").booleanValue(true);
            String operator = equal ? regex ? "=~" : "=" : regex ? "!~" : "!=";
            list.add(text(matcher, "name") + operator + GoText.quote(text(matcher, "value")));
        }
        return list;
    }

    void config(JsonNode status) {
        if (form.equals("json")) {
            json(status);
        } else {
            out.println(text(status.path("config"), "original"));
        }
    }

    void cluster(JsonNode status) {
        JsonNode cluster = status.path("cluster");
        if (form.equals("json")) {
            json(cluster);
            return;
        }
        table(List.of(
                List.of("Cluster Status:", text(cluster, "status")), List.of("Node Name:", text(cluster, "name"))));
        if (form.equals("extended")) {
            out.println();
            var rows = new ArrayList<List<String>>();
            rows.add(List.of("Address", "Name"));
            for (JsonNode peer : cluster.path("peers")) {
                rows.add(List.of(text(peer, "address"), text(peer, "name")));
            }
            table(rows);
        }
    }
}
