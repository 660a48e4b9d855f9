package io.pharos.alertmanager.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.alertmanager.group.Dispatcher;
import io.pharos.alertmanager.group.Dispatching;
import io.pharos.alertmanager.group.GroupView;
import io.pharos.alertmanager.mute.Muting;
import io.pharos.alertmanager.route.Route;
import io.pharos.model.alert.Alert;
import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.alert.AlertOrder;
import io.pharos.model.alert.Annotations;
import io.pharos.model.alert.MatcherParser;
import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.text.GoText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/api/v2/alerts`, `/api/v2/alerts/groups` and `/api/v2/receivers`.
final class AlertsHandler {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Dispatcher dispatcher;
    private final Supplier<Duration> resolveTimeout;
    private final MatcherParser parser;
    private final InstantSource time;
    private final BiFunction<Route, GroupView, Map<String, String>> routeLabels;
    private final Counter firing;
    private final Counter resolved;
    private final Counter invalid;

    AlertsHandler(
            Dispatcher dispatcher,
            Supplier<Duration> resolveTimeout,
            MatcherParser parser,
            InstantSource time,
            BiFunction<Route, GroupView, Map<String, String>> routeLabels,
            MeterRegistry meters) {
        this.dispatcher = dispatcher;
        this.resolveTimeout = resolveTimeout;
        this.parser = parser;
        this.time = time;
        this.routeLabels = routeLabels;
        this.firing = received(meters, "firing");
        this.resolved = received(meters, "resolved");
        this.invalid = Counter.builder("alertmanager_alerts_invalid_total")
                .description("The total number of received alerts that were invalid.")
                .tag("version", "v2")
                .register(meters);
    }

    private static Counter received(MeterRegistry meters, String status) {
        return Counter.builder("alertmanager_alerts_received_total")
                .description("The total number of received alerts.")
                .tag("status", status)
                .tag("version", "v2")
                .register(meters);
    }

    // ---- POST /alerts

    Answer post(byte[] bytes) {
        Optional<List<Alert>> plain = PostedAlerts.read(bytes, time.instant(), resolveTimeout.get());
        if (plain.isPresent()) {
            receive(plain.get());
            return Answer.empty(200);
        }
        var body = new Body("alerts");
        JsonNode root = body.parse(bytes);
        if (root.isNull()) {
            return Answer.empty(200);
        }
        if (!root.isArray()) {
            throw body.mistyped(root, "models.PostableAlerts");
        }
        Instant now = time.instant();
        var reports = new ArrayList<Report>();
        for (int i = 0; i < root.size(); i++) {
            reports.add(read(body, root.get(i), i));
        }
        for (int i = 0; i < reports.size(); i++) {
            Report report = reports.get(i);
            if (!report.generatorUrl().isEmpty()) {
                Body.checkUri(i + ".generatorURL", report.generatorUrl());
            }
            if (report.labels().isEmpty()) {
                throw Body.required(i + ".labels");
            }
        }
        var problems = new ArrayList<String>();
        receive(reports, now, problems);
        return problems.isEmpty() ? Answer.empty(200) : Answer.text(400, String.join("\n", problems));
    }

    private void receive(List<Alert> alerts) {
        if (alerts.isEmpty()) {
            return;
        }
        int ended = 0;
        for (Alert alert : alerts) {
            if (!alert.endsAt().isAfter(alert.updatedAt())) {
                ended++;
            }
        }
        resolved.increment(ended);
        firing.increment(alerts.size() - ended);
        dispatcher.receive(alerts);
    }

    /// An alert as it was posted; what is absent was not given.
    record Report(
            Optional<Map<String, String>> labels,
            Map<String, String> annotations,
            Optional<Instant> startsAt,
            Optional<Instant> endsAt,
            String generatorUrl) {}

    private static Report read(Body body, JsonNode node, int index) {
        if (node.isNull()) {
            return new Report(Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), "");
        }
        if (!node.isObject()) {
            throw body.mistyped(node, "models.PostableAlert");
        }
        Map<String, String> annotations = body.map(node, "annotations");
        return new Report(
                Optional.ofNullable(body.map(node, "labels")),
                annotations == null ? Map.of() : annotations,
                body.time(node, "startsAt"),
                body.time(node, "endsAt"),
                body.text(node, "generatorURL").orElse(""));
    }

    /// Completes, checks and hands over alerts; those that are wrong are named in `problems`, the others taken.
    void receive(List<Report> reports, Instant now, List<String> problems) {
        var valid = new ArrayList<Alert>();
        for (Report report : reports) {
            Instant starts = report.startsAt().orElse(report.endsAt().orElse(now));
            boolean timedOut = report.endsAt().isEmpty();
            Instant ends = report.endsAt().orElseGet(() -> now.plus(resolveTimeout.get()));
            (ends.isAfter(now) ? firing : resolved).increment();
            Optional<String> problem = problemOf(report, starts, ends);
            if (problem.isPresent()) {
                problems.add(problem.get());
                invalid.increment();
                continue;
            }
            valid.add(new Alert(
                    Labels.of(report.labels().orElse(Map.of())),
                    Annotations.of(report.annotations()),
                    starts,
                    ends,
                    now,
                    report.generatorUrl(),
                    timedOut));
        }
        if (!valid.isEmpty()) {
            dispatcher.receive(valid);
        }
    }

    private Optional<String> problemOf(Report report, Instant starts, Instant ends) {
        if (ends.isBefore(starts)) {
            return Optional.of("start time must be before end time");
        }
        boolean any = false;
        for (Map.Entry<String, String> label : report.labels().orElse(Map.of()).entrySet()) {
            if (label.getValue().isEmpty()) {
                continue;
            }
            any = true;
            if (!parser.isLabelName(label.getKey())) {
                return Optional.of("invalid label set: invalid name " + GoText.quote(label.getKey()));
            }
        }
        if (!any) {
            return Optional.of("at least one label pair required");
        }
        for (String name : report.annotations().keySet()) {
            if (!parser.isLabelName(name)) {
                return Optional.of("invalid annotations: invalid name " + GoText.quote(name));
            }
        }
        return Optional.empty();
    }

    // ---- GET /alerts

    Answer list(Query query) {
        List<AlertMatcher> filters = query.filters();
        Predicate<String> receiver = chosenReceivers(query);
        Instant now = time.instant();
        Optional<Muting> muting = dispatcher.muting();
        Optional<Dispatching> config = dispatcher.config();
        var found = new ArrayList<ObjectNode>();
        if (muting.isPresent() && config.isPresent()) {
            for (Alert alert : dispatcher.alerts()) {
                List<String> receivers = config.get().routes().match(alert.labels()).stream()
                        .map(Route::receiver)
                        .toList();
                if (receivers.stream().noneMatch(receiver)) {
                    continue;
                }
                Optional<Muting.Mark> mark = shown(alert, query, filters, muting.get(), now);
                if (mark.isPresent()) {
                    found.add(node(alert, mark.get(), receivers, List.of()));
                }
            }
        }
        found.sort(Comparator.comparing(node -> node.path("fingerprint").stringValue("")));
        ArrayNode array = JSON.arrayNode();
        found.forEach(array::add);
        return Answer.ok(array);
    }

    private Predicate<String> chosenReceivers(Query query) {
        Predicate<String> byName = query.receiver();
        List<AlertMatcher> byLabels = query.receiverMatchers();
        if (byLabels.isEmpty()) {
            return byName;
        }
        Map<String, Dispatching.Receiver> known =
                dispatcher.config().map(Dispatching::receivers).orElse(Map.of());
        return byName.and(name -> {
            Dispatching.Receiver receiver = known.get(name);
            return receiver != null && AlertMatcher.allMatch(byLabels, Labels.of(receiver.labels()));
        });
    }

    /// What suppresses the alert, where the query lets it be shown.
    private static Optional<Muting.Mark> shown(
            Alert alert, Query query, List<AlertMatcher> filters, Muting muting, Instant now) {
        if (alert.endsAt().isBefore(now) || !AlertMatcher.allMatch(filters, alert.labels())) {
            return Optional.empty();
        }
        Muting.Mark mark = muting.predict(alert.labels(), now);
        boolean hidden = !query.isOn("active") && !mark.isSuppressed()
                || !query.isOn("silenced") && !mark.silencedBy().isEmpty()
                || !query.isOn("inhibited") && !mark.inhibitedBy().isEmpty();
        return hidden ? Optional.empty() : Optional.of(mark);
    }

    private static ObjectNode node(Alert alert, Muting.Mark mark, List<String> receivers, List<String> mutedBy) {
        ObjectNode node = JSON.objectNode();
        node.set("annotations", map(alert.annotations()));
        node.put("endsAt", ApiTimes.print(alert.endsAt()));
        node.put("fingerprint", Muting.hex(alert.fingerprint()));
        ArrayNode names = node.putArray("receivers");
        receivers.forEach(name -> names.addObject().put("name", name));
        node.put("startsAt", ApiTimes.print(alert.startsAt()));
        ObjectNode status = node.putObject("status");
        status.set("inhibitedBy", array(mark.inhibitedBy()));
        status.set("mutedBy", array(mutedBy));
        status.set("silencedBy", array(mark.silencedBy()));
        status.put("state", mark.isSuppressed() || !mutedBy.isEmpty() ? "suppressed" : "active");
        node.put("updatedAt", ApiTimes.print(alert.updatedAt()));
        if (!alert.generatorUrl().isEmpty()) {
            node.put("generatorURL", alert.generatorUrl());
        }
        node.set("labels", map(alert.labels()));
        return node;
    }

    static ObjectNode map(Labels labels) {
        ObjectNode node = JSON.objectNode();
        for (Label label : labels) {
            node.put(label.name(), label.value());
        }
        return node;
    }

    static ObjectNode map(Map<String, String> map) {
        ObjectNode node = JSON.objectNode();
        map.forEach(node::put);
        return node;
    }

    private static ArrayNode array(List<String> texts) {
        ArrayNode array = JSON.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    // ---- GET /alerts/groups

    private record Shown(Alert alert, Muting.Mark mark) {}

    private record ShownGroup(GroupView group, List<Shown> alerts) {}

    Answer groups(Query query) {
        List<AlertMatcher> filters = query.filters();
        Predicate<String> receiver = chosenReceivers(query);
        Instant now = time.instant();
        Optional<Muting> muting = dispatcher.muting();
        if (muting.isEmpty()) {
            return Answer.ok(JSON.arrayNode());
        }
        var groups = new ArrayList<ShownGroup>();
        Map<Long, List<String>> receivers = new HashMap<>();
        for (GroupView group : dispatcher.groups()) {
            String name = group.route().receiver();
            if (!receiver.test(name)) {
                continue;
            }
            var alerts = new ArrayList<Shown>();
            for (Alert alert : group.alerts()) {
                shown(alert, query, filters, muting.get(), now).ifPresent(mark -> {
                    alerts.add(new Shown(alert, mark));
                    receivers
                            .computeIfAbsent(alert.fingerprint(), _ -> new ArrayList<>())
                            .add(name);
                });
            }
            // The receivers of muted groups are named beside the others even where the groups are left out.
            if (!alerts.isEmpty() && (query.isOn("muted") || group.mutedBy().isEmpty())) {
                alerts.sort(Comparator.comparing(Shown::alert, AlertOrder.ALERTS));
                groups.add(new ShownGroup(group, alerts));
            }
        }
        receivers.values().forEach(names -> names.sort(Labels.NAME_ORDER));
        groups.sort(Comparator.comparing((ShownGroup shown) -> shown.group().labels(), AlertOrder.LABEL_SETS)
                .thenComparing(shown -> shown.group().route().receiver(), Labels.NAME_ORDER));
        ArrayNode array = JSON.arrayNode();
        for (ShownGroup shown : groups) {
            array.add(node(shown, receivers));
        }
        return Answer.ok(array);
    }

    private ObjectNode node(ShownGroup shown, Map<Long, List<String>> receivers) {
        GroupView group = shown.group();
        ObjectNode node = JSON.objectNode();
        ArrayNode alerts = node.putArray("alerts");
        for (Shown alert : shown.alerts()) {
            alerts.add(node(
                    alert.alert(),
                    alert.mark(),
                    receivers.getOrDefault(alert.alert().fingerprint(), List.of()),
                    group.mutedBy()));
        }
        node.set("labels", map(group.labels()));
        node.putObject("receiver").put("name", group.route().receiver());
        // Only where there are some: clients of 0.33 don't know the field.
        if (!group.route().labels().isEmpty()) {
            node.set("routeLabels", map(routeLabels.apply(group.route(), group)));
        }
        return node;
    }

    // ---- GET /receivers

    Answer receivers(Query query) {
        List<AlertMatcher> matchers = query.receiverMatchers();
        ArrayNode array = JSON.arrayNode();
        for (Dispatching.Receiver receiver :
                dispatcher.config().map(Dispatching::receivers).orElse(Map.of()).values()) {
            if (AlertMatcher.allMatch(matchers, Labels.of(receiver.labels()))) {
                ObjectNode node = array.addObject();
                node.set("labels", map(receiver.labels()));
                node.put("name", receiver.name());
            }
        }
        return Answer.ok(array);
    }
}
