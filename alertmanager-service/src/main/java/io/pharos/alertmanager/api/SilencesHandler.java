package io.pharos.alertmanager.api;

import io.pharos.alertmanager.mute.Silence;
import io.pharos.alertmanager.mute.Silences;
import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.alert.MatcherParser;
import io.pharos.model.labels.Matcher;
import io.pharos.model.text.GoText;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/api/v2/silences` and `/api/v2/silence/{id}`.
final class SilencesHandler {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern UUID =
            Pattern.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");

    private final Silences silences;
    private final Consumer<List<Silence>> changed;
    private final MatcherParser parser;
    private final InstantSource time;

    /// @param changed keeps what changed and tells the replicas
    SilencesHandler(Silences silences, Consumer<List<Silence>> changed, MatcherParser parser, InstantSource time) {
        this.silences = silences;
        this.changed = changed;
        this.parser = parser;
        this.time = time;
    }

    Answer post(byte[] bytes) {
        var body = new Body("silence");
        JsonNode root = body.parse(bytes);
        if (!root.isObject() && !root.isNull()) {
            throw body.mistyped(root, "struct { ID string \"json:\\\"id,omitempty\\\"\" }");
        }
        Optional<String> id = body.text(root, "id");
        Optional<String> comment = body.text(root, "comment");
        Optional<String> creator = body.text(root, "createdBy");
        boolean hasEnd = root.hasNonNull("endsAt");
        boolean hasStart = root.hasNonNull("startsAt");
        Optional<Instant> ends = body.time(root, "endsAt");
        Optional<Instant> starts = body.time(root, "startsAt");
        Map<String, String> annotations = body.map(root, "annotations");
        List<Draft> drafts = drafts(body, root.get("matchers"));
        require(comment.isPresent(), "comment");
        require(creator.isPresent(), "createdBy");
        require(hasEnd, "endsAt");
        require(root.hasNonNull("matchers"), "matchers");
        if (drafts.isEmpty()) {
            throw new Answer.Refusal(Answer.frame(422, 612, "matchers in body should have at least 1 items"));
        }
        for (int i = 0; i < drafts.size(); i++) {
            Draft draft = drafts.get(i);
            require(draft.isRegex().isPresent(), "matchers." + i + ".isRegex");
            require(draft.name().isPresent(), "matchers." + i + ".name");
            require(draft.value().isPresent(), "matchers." + i + ".value");
        }
        require(hasStart, "startsAt");

        Instant now = time.instant();
        Instant start = starts.orElse(now);
        Instant end = ends.orElse(ApiTimes.ZERO);
        if (!start.isBefore(end)) {
            return Answer.text(400, "Failed to create silence: start time must be before end time");
        }
        if (end.isBefore(now)) {
            return Answer.text(400, "Failed to create silence: end time can't be in the past");
        }
        if (!id.orElse("").isEmpty() && silences.find(id.get()).isEmpty()) {
            return Answer.text(404, "silence not found");
        }
        var matchers = new ArrayList<AlertMatcher>();
        for (int i = 0; i < drafts.size(); i++) {
            try {
                matchers.add(matcher(drafts.get(i)));
            } catch (IllegalArgumentException e) {
                return Answer.text(400, "invalid silence: invalid label matcher " + i + " in set 0: " + e.getMessage());
            }
        }
        var wanted = new Silence(
                id.orElse(""),
                matchers,
                start,
                end,
                now,
                creator.orElse(""),
                comment.orElse(""),
                annotations == null ? Map.of() : annotations);
        return switch (silences.set(wanted, now)) {
            case Silences.Result.Stored(String newId, List<Silence> changes) -> {
                changed.accept(changes);
                yield Answer.ok(JSON.objectNode().put("silenceID", newId));
            }
            case Silences.Result.NotFound() -> Answer.text(404, "silence not found");
            case Silences.Result.Invalid(String why) -> Answer.text(400, why);
        };
    }

    private static void require(boolean given, String path) {
        if (!given) {
            throw Body.required(path);
        }
    }

    private record Draft(
            Optional<String> name, Optional<String> value, Optional<Boolean> isRegex, Optional<Boolean> isEqual) {}

    private static List<Draft> drafts(Body body, @Nullable JsonNode matchers) {
        var drafts = new ArrayList<Draft>();
        if (matchers == null || matchers.isNull()) {
            return drafts;
        }
        if (!matchers.isArray()) {
            throw body.mistyped(matchers, "models.Matchers");
        }
        for (JsonNode node : matchers) {
            if (!node.isObject()) {
                throw body.mistyped(node, "models.Matcher");
            }
            drafts.add(new Draft(
                    body.text(node, "name"),
                    body.text(node, "value"),
                    body.bool(node, "isRegex"),
                    body.bool(node, "isEqual")));
        }
        return drafts;
    }

    private AlertMatcher matcher(Draft draft) {
        String name = draft.name().orElse("");
        String value = draft.value().orElse("");
        if (!parser.isLabelName(name)) {
            throw new IllegalArgumentException("invalid label name " + GoText.quote(name));
        }
        boolean regex = draft.isRegex().orElse(false);
        boolean equal = draft.isEqual().orElse(true);
        if (regex) {
            // The pattern is compiled as it stands first, for an error that shows what was written.
            try {
                com.google.re2j.Pattern.compile(value);
            } catch (com.google.re2j.PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "invalid regular expression " + GoText.quote(value) + ": " + e.getMessage());
            }
        }
        Matcher.Type type = regex
                ? equal ? Matcher.Type.REGEX : Matcher.Type.NOT_REGEX
                : equal ? Matcher.Type.EQUAL : Matcher.Type.NOT_EQUAL;
        return new AlertMatcher(type, name, value);
    }

    Answer list(Query query) {
        List<AlertMatcher> filters = query.filters();
        Instant now = time.instant();
        var found = new ArrayList<Silence>();
        for (Silence silence : silences.all()) {
            boolean wanted =
                    switch (silence.stateAt(now)) {
                        case ACTIVE -> query.isOn("active");
                        case PENDING -> query.isOn("pending");
                        case EXPIRED -> query.isOn("expired");
                    };
            // A filter is looked for among the matchers; nothing is evaluated.
            if (wanted && silence.matchers().containsAll(filters)) {
                found.add(silence);
            }
        }
        found.sort(Comparator.comparing((Silence silence) -> silence.stateAt(now))
                .thenComparing((a, b) -> switch (a.stateAt(now)) {
                    case ACTIVE -> a.endsAt().compareTo(b.endsAt());
                    case PENDING -> a.startsAt().compareTo(b.startsAt());
                    case EXPIRED -> b.endsAt().compareTo(a.endsAt());
                }));
        ArrayNode array = JSON.arrayNode();
        found.forEach(silence -> array.add(node(silence, now)));
        return Answer.ok(array);
    }

    private static ObjectNode node(Silence silence, Instant now) {
        ObjectNode node = JSON.objectNode();
        node.put("id", silence.id());
        node.putObject("status").put("state", silence.stateAt(now).text());
        node.put("updatedAt", ApiTimes.print(silence.updatedAt()));
        if (!silence.annotations().isEmpty()) {
            node.set("annotations", AlertsHandler.map(silence.annotations()));
        }
        node.put("comment", silence.comment());
        node.put("createdBy", silence.createdBy());
        node.put("endsAt", ApiTimes.print(silence.endsAt()));
        ArrayNode matchers = node.putArray("matchers");
        for (AlertMatcher matcher : silence.matchers()) {
            matchers.addObject()
                    .put("isEqual", matcher.isPositive())
                    .put("isRegex", matcher.isRegex())
                    .put("name", matcher.name())
                    .put("value", matcher.value());
        }
        node.put("startsAt", ApiTimes.print(silence.startsAt()));
        return node;
    }

    private static void checkId(String id) {
        if (!UUID.matcher(id).matches()) {
            throw new Answer.Refusal(
                    Answer.frame(422, 601, "silenceID in path must be of type uuid: " + GoText.quote(id)));
        }
    }

    Answer get(String id) {
        checkId(id);
        return silences.find(id)
                .map(silence -> Answer.ok(node(silence, time.instant())))
                .orElseGet(() -> Answer.empty(404));
    }

    Answer delete(String id) {
        checkId(id);
        return switch (silences.expire(id, time.instant())) {
            case Silences.Result.Stored(String known, List<Silence> changes) -> {
                changed.accept(changes);
                yield Answer.empty(200);
            }
            case Silences.Result.NotFound() -> Answer.empty(404);
            case Silences.Result.Invalid(String why) -> Answer.text(500, why);
        };
    }
}
