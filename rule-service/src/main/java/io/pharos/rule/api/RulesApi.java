package io.pharos.rule.api;

import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.promql.ParseException;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.text.GoText;
import io.pharos.model.wire.JsonWriter;
import io.pharos.rule.group.GroupStatus;
import io.pharos.rule.group.GroupStatus.AlertStatus;
import io.pharos.rule.group.GroupStatus.RuleStatus;
import io.pharos.rule.group.RuleGroups;
import io.pharos.rule.group.RuleSpec;
import io.pharos.rule.send.Alertmanagers;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.WebApi;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The API of rules, alerts and alertmanagers (`web/api/v1/api.go` of Prometheus 3.14).
public final class RulesApi {
    private final RuleGroups groups;
    private final Supplier<Alertmanagers> alertmanagers;
    private final PromqlParser parser;

    private RulesApi(RuleGroups groups, Supplier<Alertmanagers> alertmanagers, PromqlParser parser) {
        this.groups = groups;
        this.alertmanagers = alertmanagers;
        this.parser = parser;
    }

    public static RouterFunction<ServerResponse> routes(
            WebApi web, RuleGroups groups, Supplier<Alertmanagers> alertmanagers, PromqlParser parser) {
        var api = new RulesApi(groups, alertmanagers, parser);
        return web.routes()
                .get("/api/v1/rules", api::rules)
                .get("/api/v1/alerts", _ -> api.alerts())
                .get("/api/v1/alertmanagers", _ -> api.alertmanagers())
                .build();
    }

    private Answer rules(ApiRequest request) {
        RuleFilter filter =
                RuleFilter.of(request.query(), matchers(request.parameters().all("match[]")), request.parameters());
        RuleFilter.Page page = filter.page(groups.status());
        return Answer.data(json -> {
            json.beginObject().name("groups").beginArray();
            for (GroupStatus group : page.groups()) {
                write(group, filter.excludeAlerts(), json);
            }
            json.endArray();
            if (!page.nextToken().isEmpty()) {
                json.field("groupNextToken", page.nextToken());
            }
            json.endObject();
        });
    }

    private List<List<Matcher>> matchers(List<String> selectors) {
        List<List<Matcher>> sets;
        try {
            sets = parser.selectors(selectors);
        } catch (ParseException e) {
            throw new ApiException(ApiError.BAD_DATA, String.valueOf(e.getMessage()), e);
        }
        for (List<Matcher> set : sets) {
            if (set.stream().allMatch(Matcher::matchesEmpty)) {
                throw new ApiException(ApiError.BAD_DATA, "match[] must contain at least one non-empty matcher");
            }
        }
        return sets;
    }

    private Answer alerts() {
        List<GroupStatus> all = groups.status();
        return Answer.data(json -> {
            json.beginObject().name("alerts").beginArray();
            for (GroupStatus group : all) {
                for (RuleStatus rule : group.rules()) {
                    rule.alerts().forEach(alert -> write(alert, json));
                }
            }
            json.endArray().endObject();
        });
    }

    private Answer alertmanagers() {
        Alertmanagers all = alertmanagers.get();
        return Answer.data(json -> {
            json.beginObject();
            writeUrls("activeAlertmanagers", all.active(), json);
            writeUrls("droppedAlertmanagers", all.dropped(), json);
            json.endObject();
        });
    }

    private static void writeUrls(String name, List<String> urls, JsonWriter json) {
        json.name(name).beginArray();
        for (String url : urls) {
            json.beginObject().field("url", url).endObject();
        }
        json.endArray();
    }

    private static void write(GroupStatus group, boolean excludeAlerts, JsonWriter json) {
        json.beginObject()
                .field("name", group.spec().name())
                .field("file", group.spec().file())
                .name("rules")
                .beginArray();
        for (RuleStatus rule : group.rules()) {
            write(rule, excludeAlerts, json);
        }
        json.endArray()
                .field("interval", group.spec().interval().toNanos() / 1e9)
                .field("limit", group.spec().limit())
                .field("evaluationTime", group.evaluationSeconds())
                .field("lastEvaluation", time(group.lastEvaluation()))
                .endObject();
    }

    private static void write(RuleStatus rule, boolean excludeAlerts, JsonWriter json) {
        json.beginObject();
        switch (rule.spec()) {
            case RuleSpec.Alerting spec -> {
                json.field("state", rule.state().text())
                        .field("name", spec.name())
                        .field("query", spec.query())
                        .field("duration", spec.hold().toNanos() / 1e9)
                        .field("keepFiringFor", spec.keepFiring().toNanos() / 1e9);
                write("labels", spec.labels(), json);
                write("annotations", spec.annotations(), json);
                json.name("alerts");
                if (excludeAlerts) {
                    json.nothing();
                } else {
                    json.beginArray();
                    rule.alerts().forEach(alert -> write(alert, json));
                    json.endArray();
                }
                end(rule, "alerting", json);
            }
            case RuleSpec.Recording spec -> {
                json.field("name", spec.name()).field("query", spec.query());
                write("labels", spec.labels(), json);
                end(rule, "recording", json);
            }
        }
        json.endObject();
    }

    private static void end(RuleStatus rule, String type, JsonWriter json) {
        json.field("health", rule.health().text());
        if (!rule.health().lastError().isEmpty()) {
            json.field("lastError", rule.health().lastError());
        }
        json.field("evaluationTime", rule.evaluationSeconds())
                .field("lastEvaluation", time(rule.lastEvaluation()))
                .field("type", type);
    }

    private static void write(AlertStatus alert, JsonWriter json) {
        json.beginObject().name("labels").labels(alert.labels());
        write("annotations", alert.annotations(), json);
        json.field("state", alert.state().text()).field("activeAt", time(alert.activeAt()));
        alert.keepFiringSince().ifPresent(since -> json.field("keepFiringSince", time(since)));
        json.field("value", GoText.scientific(alert.value())).endObject();
    }

    private static void write(String name, Map<String, String> labels, JsonWriter json) {
        json.name(name).beginObject();
        labels.forEach((label, value) -> json.name(label).verbatim(value));
        json.endObject();
    }

    /// Go's zero time where there is none.
    private static String time(Instant at) {
        return at.equals(Instant.MIN) ? "0001-01-01T00:00:00Z" : GoText.rfc3339(at);
    }
}
