package io.pharos.model.template;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a notification's templates see: `Data` of Alertmanager 0.34 (`template/template.go`).
///
/// @param receiver name of the receiver, quoted for a regular expression
/// @param status `firing` where any alert is, else `resolved`
/// @param externalUrl without a trailing slash
public record NotificationData(
        String receiver,
        String status,
        List<AlertData> alerts,
        String notificationReason,
        Map<String, String> groupLabels,
        Map<String, String> commonLabels,
        Map<String, String> commonAnnotations,
        Map<String, String> routeLabels,
        String externalUrl) {
    /// One alert; `endsAt` of [GoTime#ZERO] while it is firing.
    ///
    /// @param fingerprint 16 hexadecimal digits
    public record AlertData(
            String status,
            Map<String, String> labels,
            Map<String, String> annotations,
            Instant startsAt,
            Instant endsAt,
            String generatorUrl,
            String fingerprint) {
        public AlertData {
            labels = Map.copyOf(labels);
            annotations = Map.copyOf(annotations);
        }

        public boolean firing() {
            return status.equals("firing");
        }
    }

    public NotificationData {
        alerts = List.copyOf(alerts);
        groupLabels = Map.copyOf(groupLabels);
        commonLabels = Map.copyOf(commonLabels);
        commonAnnotations = Map.copyOf(commonAnnotations);
        routeLabels = Map.copyOf(routeLabels);
    }

    /// The data of one notification; status and what is common follow from the alerts.
    ///
    /// @param receiver name of the receiver as configured
    public static NotificationData of(
            String receiver,
            List<AlertData> alerts,
            String notificationReason,
            Map<String, String> groupLabels,
            Map<String, String> routeLabels,
            String externalUrl) {
        return new NotificationData(
                quoted(receiver),
                alerts.stream().anyMatch(AlertData::firing) ? "firing" : "resolved",
                alerts,
                notificationReason,
                groupLabels,
                common(alerts.stream().map(AlertData::labels).toList()),
                common(alerts.stream().map(AlertData::annotations).toList()),
                routeLabels,
                externalUrl);
    }

    /// The same with other route labels.
    public NotificationData withRouteLabels(Map<String, String> labels) {
        return new NotificationData(
                receiver,
                status,
                alerts,
                notificationReason,
                groupLabels,
                commonLabels,
                commonAnnotations,
                labels,
                externalUrl);
    }

    /// The same with status and common labels and annotations of its alerts.
    public NotificationData recounted() {
        return new NotificationData(
                receiver,
                alerts.stream().anyMatch(AlertData::firing) ? "firing" : "resolved",
                alerts,
                notificationReason,
                groupLabels,
                common(alerts.stream().map(AlertData::labels).toList()),
                common(alerts.stream().map(AlertData::annotations).toList()),
                routeLabels,
                externalUrl);
    }

    public List<AlertData> firing() {
        return alerts.stream().filter(AlertData::firing).toList();
    }

    public List<AlertData> resolved() {
        return alerts.stream().filter(alert -> !alert.firing()).toList();
    }

    private static Map<String, String> common(List<Map<String, String>> all) {
        if (all.isEmpty()) {
            return Map.of();
        }
        var common = new LinkedHashMap<>(all.getFirst());
        for (Map<String, String> each : all) {
            common.entrySet()
                    .removeIf(entry -> !each.getOrDefault(entry.getKey(), "").equals(entry.getValue()));
        }
        return common;
    }

    /// `regexp.QuoteMeta`.
    static String quoted(String text) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if ("\\.+*?()|[]{}^$".indexOf(text.charAt(i)) >= 0) {
                out.append('\\');
            }
            out.append(text.charAt(i));
        }
        return out.toString();
    }

    /// As a value of templates.
    GoStruct value() {
        var all = new ArrayList<Object>(alerts.size());
        var firing = new ArrayList<Object>();
        var resolved = new ArrayList<Object>();
        for (AlertData alert : alerts) {
            GoStruct value = value(alert);
            all.add(value);
            (alert.firing() ? firing : resolved).add(value);
        }
        GoList firingList = new GoList("[]template.Alert", "template.Alert", firing, Map.of(), null);
        GoList resolvedList = new GoList("[]template.Alert", "template.Alert", resolved, Map.of(), null);
        var alertList = new GoList(
                "template.Alerts",
                "template.Alert",
                all,
                Map.of("Firing", GoFunction.of(_ -> firingList), "Resolved", GoFunction.of(_ -> resolvedList)),
                null);
        return new GoStruct(
                "*template.Data",
                List.of(
                        new GoStruct.Field("Receiver", "receiver", receiver),
                        new GoStruct.Field("Status", "status", status),
                        new GoStruct.Field("Alerts", "alerts", alertList),
                        new GoStruct.Field("NotificationReason", "notification_reason", notificationReason),
                        new GoStruct.Field("GroupLabels", "groupLabels", pairs(groupLabels)),
                        new GoStruct.Field("CommonLabels", "commonLabels", pairs(commonLabels)),
                        new GoStruct.Field("CommonAnnotations", "commonAnnotations", pairs(commonAnnotations)),
                        new GoStruct.Field("RouteLabels", "routeLabels", pairs(routeLabels)),
                        new GoStruct.Field("ExternalURL", "externalURL", externalUrl)));
    }

    private static GoStruct value(AlertData alert) {
        return new GoStruct(
                "template.Alert",
                List.of(
                        new GoStruct.Field("Status", "status", alert.status),
                        new GoStruct.Field("Labels", "labels", pairs(alert.labels)),
                        new GoStruct.Field("Annotations", "annotations", pairs(alert.annotations)),
                        new GoStruct.Field("StartsAt", "startsAt", GoTime.utc(alert.startsAt)),
                        new GoStruct.Field("EndsAt", "endsAt", GoTime.utc(alert.endsAt)),
                        new GoStruct.Field("GeneratorURL", "generatorURL", alert.generatorUrl),
                        new GoStruct.Field("Fingerprint", "fingerprint", alert.fingerprint)));
    }

    /// `KV`: sorted by name, `alertname` first where pairs are listed.
    private static GoMap pairs(Map<String, String> labels) {
        var names = new ArrayList<>(labels.keySet());
        names.sort(GoMap.BYTE_ORDER);
        if (names.remove("alertname")) {
            names.addFirst("alertname");
        }
        List<String> values =
                names.stream().map(name -> labels.getOrDefault(name, "")).toList();
        var text = new StringBuilder();
        var items = new ArrayList<Object>();
        for (String name : names) {
            String value = labels.getOrDefault(name, "");
            text.append(text.isEmpty() ? "" : ", ").append(name).append('=').append(value);
            items.add(new GoStruct(
                    "template.Pair",
                    List.of(new GoStruct.Field("Name", "Name", name), new GoStruct.Field("Value", "Value", value))));
        }
        GoList nameList = strings(names);
        GoList valueList = strings(values);
        Map<String, GoFunction> lists =
                Map.of("Names", GoFunction.of(_ -> nameList), "Values", GoFunction.of(_ -> valueList));
        String shown = text.toString();
        var sorted = new LinkedHashMap<>(lists);
        sorted.put("String", GoFunction.of(_ -> shown));
        var pairList = new GoList("template.Pairs", "template.Pair", items, sorted, shown);
        var methods = new LinkedHashMap<>(sorted);
        methods.put("SortedPairs", GoFunction.of(_ -> pairList));
        methods.put("Remove", GoFunction.of(args -> without(labels, args[0]), GoType.STRINGS));
        return new GoMap("template.KV", "string", new TreeMap<>(labels), methods, shown);
    }

    private static GoList strings(List<String> items) {
        return new GoList(
                "[]string",
                "string",
                List.copyOf(items),
                Map.of("Join", GoFunction.of(args -> String.join((String) args[0], items), GoType.STRING)),
                null);
    }

    private static GoMap without(Map<String, String> labels, Object names) {
        var rest = new LinkedHashMap<>(labels);
        if (names instanceof GoList list) {
            list.items().forEach(rest::remove);
        }
        return pairs(rest);
    }
}
