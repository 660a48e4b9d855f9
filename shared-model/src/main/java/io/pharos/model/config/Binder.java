package io.pharos.model.config;

import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.alert.MatcherParser;
import io.pharos.model.labels.Labels;
import io.pharos.model.text.GoDuration;
import io.pharos.model.text.GoText;
import io.pharos.model.text.PromDuration;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// Fills records from YAML nodes. One per file; not thread-safe.
///
/// Null leaves a default in place, but empties a list or map. Keys that repeat or are unknown are errors, `<<` is
/// applied.
final class Binder {
    /// Defaults that come from elsewhere in the file: component names and values for a record of `type` in which
    /// `given` keys are written.
    interface Inheritance {
        Map<String, Object> of(Class<?> type, Set<String> given);
    }

    /// Nodes visited at most, aliases counted every time they are followed.
    private static final int MOST_NODES = 5_000_000;

    /// Nodes within nodes at most.
    private static final int DEEPEST = 250;

    private final String file;
    private final @Nullable Path folder;
    private final UnbuiltSections unbuilt;
    private final Environment environment;
    private final MatcherParser matchers;
    private final List<String> warnings = new ArrayList<>();
    private Inheritance inheritance = (_, _) -> Map.of();
    private int visited;
    private int depth;
    private int foreignPaths;

    Binder(
            String file,
            @Nullable Path folder,
            UnbuiltSections unbuilt,
            Environment environment,
            MatcherParser matchers) {
        this.file = file;
        this.folder = folder;
        this.unbuilt = unbuilt;
        this.environment = environment;
        this.matchers = matchers;
    }

    /// What matchers made the parser wonder about.
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    void inherit(Inheritance from) {
        inheritance = from;
    }

    /// A mapping's entries by key, merged keys applied.
    private record Entry(Node key, Node value) {}

    /// Binds a record; a null node is an empty mapping.
    <R extends Record> R bind(@Nullable Node node, Class<R> type, String path) {
        return type.cast(record(node, type, path, Map.of()));
    }

    /// Binds a list of records.
    <R extends Record> List<R> bindList(Node node, Class<R> type) {
        if (isNull(node)) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw fail(node, "expected a list, found " + kind(node));
        }
        var items = new ArrayList<R>();
        for (Node item : sequence.getValue()) {
            if (isNull(item)) {
                throw fail(item, "nil target group item found (index " + items.size() + ")");
            }
            items.add(bind(item, type, "[" + items.size() + "]"));
        }
        return List.copyOf(items);
    }

    /// The value of a key of a mapping, null where it is absent.
    @Nullable
    Node child(@Nullable Node node, String key) {
        if (node instanceof MappingNode mapping) {
            Entry entry = entries(mapping, "").get(key);
            return entry == null ? null : entry.value();
        }
        return null;
    }

    private Object record(@Nullable Node node, Class<?> type, String path, Map<String, String> overrides) {
        Map<String, Entry> entries = Map.of();
        if (node != null && !isNull(node)) {
            if (!(node instanceof MappingNode mapping)) {
                throw fail(node, "expected a map, found " + kind(node) + in(path));
            }
            entries = entries(mapping, path);
        }
        var known = new TreeSet<String>();
        var open = new HashSet<>(entries.keySet());
        Object record = record(entries, open, known, node, type, path, overrides);
        for (String key : entries.keySet()) {
            if (open.contains(key)) {
                Entry entry = entries.get(key);
                boolean empty = entry != null && isNull(entry.value());
                if (entry == null || unbuilt.accepts(type, key, empty, file, entry.key())) {
                    continue;
                }
                String near = NearestKey.of(key, known);
                throw fail(
                        entry.key(),
                        "unknown field " + GoText.quote(key) + in(path)
                                + (near.isEmpty() ? "" : "; did you mean " + GoText.quote(near) + "?"));
            }
        }
        return record;
    }

    private Object record(
            Map<String, Entry> entries,
            Set<String> open,
            Set<String> known,
            @Nullable Node node,
            Class<?> type,
            String path,
            Map<String, String> overrides) {
        Shape shape = Shape.of(type);
        Map<String, Object> inherited = inheritance.of(type, given(entries));
        var values = new Object[shape.components().size()];
        for (int i = 0; i < values.length; i++) {
            Shape.Component component = shape.components().get(i);
            Object value;
            if (component.inline() && component.of().getGenericType() instanceof ParameterizedType) {
                value = Mechanisms.bind(this, entries.keySet(), key -> valueOf(entries, open, key), known, path);
            } else if (component.inline()) {
                value = record(entries, open, known, node, component.of().getType(), path, overrides(component));
            } else if (component.form() == Key.Form.PLACE) {
                value = place(entries.get(component.key()));
            } else if (component.form() == Key.Form.UNWRITTEN) {
                value = zero(component, inherited, overrides, path);
            } else {
                known.add(component.key());
                Node child = valueOf(entries, open, component.key());
                value = child == null || isNull(child) && !isCollection(component)
                        ? zero(component, inherited, overrides, path)
                        : component(child, component, within(path, component.key()));
                Object other = inherited.get(component.of().getName());
                if (other != null && child != null && !(value instanceof Boolean) && isZero(value)) {
                    value = other;
                }
            }
            values[i] = value;
        }
        try {
            return shape.create(values);
        } catch (BadField e) {
            Entry entry = entries.get(e.key());
            throw fail(entry == null ? node : entry.value(), message(e));
        } catch (IllegalArgumentException e) {
            throw fail(node, message(e));
        }
    }

    private static String place(@Nullable Entry entry) {
        return entry == null
                ? ""
                : (entry.value().getStartMark().getLine() + 1) + ":"
                        + (entry.value().getStartMark().getColumn() + 1);
    }

    /// Keys written, and those of `http_config` as `http_config.authorization`.
    private Set<String> given(Map<String, Entry> entries) {
        Entry http = entries.get("http_config");
        if (http == null || !(http.value() instanceof MappingNode mapping)) {
            return entries.keySet();
        }
        var given = new HashSet<>(entries.keySet());
        entries(mapping, "").keySet().forEach(key -> given.add("http_config." + key));
        return given;
    }

    private static Map<String, String> overrides(Shape.Component component) {
        if (component.overrides().isEmpty()) {
            return Map.of();
        }
        String[] pair = component.overrides().split("=", 2);
        return Map.of(pair[0], pair[1]);
    }

    private static @Nullable Node valueOf(Map<String, Entry> entries, Set<String> open, String key) {
        open.remove(key);
        Entry entry = entries.get(key);
        return entry == null ? null : entry.value();
    }

    private static boolean isCollection(Shape.Component component) {
        Class<?> type = component.of().getType();
        return type == List.class || type == Map.class;
    }

    private Object zero(
            Shape.Component component, Map<String, Object> inherited, Map<String, String> overrides, String path) {
        Object from = inherited.get(component.of().getName());
        if (from != null) {
            return from;
        }
        String or = overrides.getOrDefault(component.key(), component.or());
        Class<?> type = component.of().getType();
        if (!or.isEmpty()) {
            var scalar = new ScalarNode(
                    org.yaml.snakeyaml.nodes.Tag.STR,
                    or,
                    null,
                    null,
                    org.yaml.snakeyaml.DumperOptions.ScalarStyle.PLAIN);
            return scalar(scalar, type, component, path);
        }
        if (type == List.class) {
            return List.of();
        } else if (type == Map.class) {
            return Map.of();
        } else if (type == Optional.class) {
            return Optional.empty();
        } else if (type == OptionalDouble.class) {
            return OptionalDouble.empty();
        } else if (type == Labels.class) {
            return Labels.EMPTY;
        } else if (type == Duration.class) {
            return Duration.ZERO;
        } else if (type == Secret.class) {
            return Secret.NONE;
        } else if (type == Url.class) {
            return Url.NONE;
        } else if (type == Matchers.class) {
            return Matchers.NONE;
        } else if (type == String.class) {
            return "";
        } else if (type == boolean.class) {
            return false;
        } else if (type == int.class) {
            return 0;
        } else if (type == long.class) {
            return 0L;
        } else if (type == double.class) {
            return 0.0;
        } else if (type.isRecord()) {
            return record(null, type, within(path, component.key()), overrides(component));
        } else if (type == Tree.class) {
            return new Tree.Nothing();
        }
        throw new IllegalStateException("bug: no zero for " + component.of());
    }

    static boolean isZero(@Nullable Object value) {
        return switch (value) {
            case null -> true;
            case String s -> s.isEmpty();
            case Number n -> n.doubleValue() == 0;
            case Boolean b -> !b;
            case Duration d -> d.isZero();
            case List<?> l -> l.isEmpty();
            case Map<?, ?> m -> m.isEmpty();
            case Optional<?> o -> o.isEmpty();
            case OptionalDouble o -> o.isEmpty();
            case Labels l -> l.isEmpty();
            case Secret s -> !s.isSet();
            case Url u -> !u.isSet();
            case Tree.Nothing _ -> true;
            case Tree _ -> false;
            case Record r ->
                Shape.of(r.getClass()).components().stream().allMatch(component -> isZero(component.read(r)));
            default -> false;
        };
    }

    private Object component(Node node, Shape.Component component, String path) {
        if (component.form() == Key.Form.FOREIGN_PATHS) {
            foreignPaths++;
        }
        try {
            return value(node, component.of().getGenericType(), component, path);
        } finally {
            if (component.form() == Key.Form.FOREIGN_PATHS) {
                foreignPaths--;
            }
        }
    }

    /// Counts a node that is followed, and how deep it lies: an alias may lead back to where it stands.
    private void enter(Node node) {
        if (++visited > MOST_NODES || ++depth > DEEPEST) {
            throw fail(node, "document contains excessive aliasing");
        }
    }

    private Object value(Node node, Type generic, Shape.Component component, String path) {
        enter(node);
        Object value = valueOf(node, generic, component, path);
        depth--;
        return value;
    }

    private Object valueOf(Node node, Type generic, Shape.Component component, String path) {
        if (generic instanceof ParameterizedType p) {
            Type raw = p.getRawType();
            if (raw == Optional.class) {
                return Optional.of(value(node, p.getActualTypeArguments()[0], component, path));
            } else if (raw == List.class) {
                return list(node, p.getActualTypeArguments()[0], component, path);
            }
            return map(node, p.getActualTypeArguments()[1], component, path);
        }
        Class<?> type = (Class<?>) generic;
        if (type == Labels.class) {
            return Labels.of(texts(node, component, path));
        } else if (type == Tree.class) {
            return tree(node);
        } else if (type == TextOrTemplate.class && node instanceof ScalarNode scalar) {
            return new TextOrTemplate(scalar.getValue(), Optional.empty());
        } else if (type == Matchers.class) {
            return matchers(node, path);
        } else if (type == TimeIntervalConfig.class) {
            return TimeIntervalConfig.of(
                    record(node, TimeIntervalConfig.Written.class, path, Map.of()), e -> fail(node, e));
        } else if (type.isRecord() && type != Url.class && type != Secret.class) {
            return record(node, type, path, overrides(component));
        }
        if (!(node instanceof ScalarNode scalar)) {
            throw fail(node, "expected " + wanted(type) + ", found " + kind(node) + in(path));
        }
        return scalar(scalar, type, component, path);
    }

    private Matchers matchers(Node node, String path) {
        if (isNull(node)) {
            return Matchers.NONE;
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw fail(node, "expected a list of matchers, found " + kind(node) + in(path));
        }
        var all = new ArrayList<AlertMatcher>();
        for (Node item : sequence.getValue()) {
            if (!(item instanceof ScalarNode scalar)) {
                throw fail(item, "expected a matcher, found " + kind(item) + in(path));
            }
            try {
                MatcherParser.Parsed parsed = matchers.parse(isNull(item) ? "" : scalar.getValue());
                parsed.warning().ifPresent(warnings::add);
                all.addAll(parsed.matchers());
            } catch (IllegalArgumentException e) {
                throw fail(item, message(e));
            }
        }
        return new Matchers(all);
    }

    private Object list(Node node, Type item, Shape.Component component, String path) {
        if (isNull(node)) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw fail(node, "expected a list, found " + kind(node) + in(path));
        }
        if (sequence.getValue().isEmpty() && !component.empty().isEmpty()) {
            throw fail(node, component.empty());
        }
        var items = new ArrayList<Object>();
        for (Node child : sequence.getValue()) {
            String at = path + "[" + items.size() + "]";
            if (isNull(child) && item instanceof Class<?> type && type.isRecord()) {
                if (!component.nullItem().isEmpty()) {
                    throw fail(child, component.nullItem());
                }
            }
            items.add(isNull(child) && item == String.class ? "" : value(child, item, component, at));
        }
        return Collections.unmodifiableList(items);
    }

    private Object map(Node node, Type item, Shape.Component component, String path) {
        var map = new LinkedHashMap<String, Object>();
        if (isNull(node)) {
            return Map.of();
        }
        if (!(node instanceof MappingNode mapping)) {
            throw fail(node, "expected a map, found " + kind(node) + in(path));
        }
        for (var entry : distinct(mapping, path).entrySet()) {
            Node child = entry.getValue().value();
            String at = within(path, entry.getKey());
            map.put(entry.getKey(), isNull(child) && item == String.class ? "" : value(child, item, component, at));
        }
        return Collections.unmodifiableMap(map);
    }

    private Map<String, String> texts(Node node, Shape.Component component, String path) {
        var texts = new LinkedHashMap<String, String>();
        if (isNull(node)) {
            return texts;
        }
        if (!(node instanceof MappingNode mapping)) {
            throw fail(node, "expected a map of labels, found " + kind(node) + in(path));
        }
        for (var entry : distinct(mapping, path).entrySet()) {
            Node child = entry.getValue().value();
            if (!(child instanceof ScalarNode scalar)) {
                throw fail(child, "expected a text, found " + kind(child) + in(within(path, entry.getKey())));
            }
            if (entry.getKey().isEmpty()) {
                throw fail(entry.getValue().key(), "\"\" is not a valid label name");
            }
            String text = isNull(child) ? "" : scalar.getValue();
            texts.put(entry.getKey(), component.form() == Key.Form.ENVIRONMENT ? environment.expand(text) : text);
        }
        return texts;
    }

    private Object scalar(ScalarNode node, Class<?> type, Shape.Component component, String path) {
        String text = node.getValue();
        try {
            if (type == String.class) {
                return component.form() == Key.Form.PATH ? resolve(text) : text;
            } else if (type == Duration.class) {
                return component.form() == Key.Form.GO_DURATION
                        ? Duration.ofNanos(GoDuration.parse(text))
                        : Duration.ofMillis(PromDuration.parse(text));
            } else if (type == TextOrTemplate.class) {
                return new TextOrTemplate(text, Optional.empty());
            } else if (type == Secret.class) {
                if (component.form() == Key.Form.SECRET_URL && !text.equals(Secret.HIDDEN)) {
                    Url.parseHttp(text);
                }
                return new Secret(text);
            } else if (type == Url.class) {
                return component.form() == Key.Form.HTTP_URL ? Url.parseHttp(text) : Url.parse(text);
            } else if (type == boolean.class || type == Boolean.class) {
                return GoScalar.truth(node).orElseThrow(() -> ScalarFit.unfit(node, "bool"));
            } else if (type == double.class || type == Double.class || type == OptionalDouble.class) {
                double number = GoScalar.fraction(node)
                        .or(() -> GoScalar.whole(node).map(Long::doubleValue))
                        .orElseThrow(() -> ScalarFit.unfit(node, "float64"));
                return type == OptionalDouble.class ? OptionalDouble.of(number) : (Object) number;
            } else if (type == int.class || type == long.class || type == Long.class || type == Integer.class) {
                return ScalarFit.whole(node, type, component);
            } else if (type.isEnum()) {
                return ScalarFit.word(type, text);
            }
        } catch (IllegalArgumentException e) {
            throw fail(node, message(e) + (e instanceof BadField ? "" : in(path)));
        }
        throw new IllegalStateException("bug: no reading of " + type);
    }

    static String word(Enum<?> constant) {
        return constant instanceof Worded worded
                ? worded.word()
                : constant.name().toLowerCase(Locale.ROOT);
    }

    private String resolve(String path) {
        if (path.isEmpty()
                || folder == null
                || foreignPaths > 0
                || Path.of(path).isAbsolute()) {
            return path;
        }
        return folder.resolve(path).normalize().toString();
    }

    private Tree tree(Node node) {
        enter(node);
        Tree tree = treeOf(node);
        depth--;
        return tree;
    }

    private Tree treeOf(Node node) {
        return switch (node) {
            case ScalarNode scalar -> GoScalar.tree(scalar);
            case SequenceNode sequence ->
                new Tree.Items(sequence.getValue().stream().map(this::tree).toList());
            case MappingNode mapping -> {
                var fields = new LinkedHashMap<String, Tree>();
                distinct(mapping, "").forEach((key, entry) -> fields.put(key, tree(entry.value())));
                yield new Tree.Fields(fields);
            }
            default -> throw fail(node, "unexpected " + kind(node));
        };
    }

    /// A record's keys. `<<` does what it does in Go: in the order written, so that what stands behind wins.
    private Map<String, Entry> entries(MappingNode mapping, String path) {
        return entries(mapping, path, true);
    }

    /// A map's keys, of which none may come twice, from a merged map neither.
    private Map<String, Entry> distinct(MappingNode mapping, String path) {
        return entries(mapping, path, false);
    }

    private Map<String, Entry> entries(MappingNode mapping, String path, boolean laterWins) {
        if ((visited += mapping.getValue().size()) > MOST_NODES) {
            throw fail(mapping, "document contains excessive aliasing");
        }
        var all = new LinkedHashMap<String, Entry>();
        var own = new HashSet<String>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw fail(tuple.getKeyNode(), "a key must be a text" + in(path));
            }
            boolean plain = key.getScalarStyle() == org.yaml.snakeyaml.DumperOptions.ScalarStyle.PLAIN;
            if (plain && key.getValue().equals("<<")) {
                merge(tuple.getValueNode(), all, path, laterWins);
            } else {
                boolean twice = !own.add(key.getValue());
                put(all, key.getValue(), new Entry(key, tuple.getValueNode()), path, laterWins && !twice);
            }
        }
        return all;
    }

    private void put(Map<String, Entry> into, String key, Entry entry, String path, boolean laterWins) {
        if (into.put(key, entry) != null && !laterWins) {
            throw fail(entry.key(), "key " + GoText.quote(key) + " already set in map" + in(path));
        }
    }

    private void merge(Node source, Map<String, Entry> into, String path, boolean laterWins) {
        enter(source);
        switch (source) {
            case MappingNode mapping ->
                entries(mapping, path, laterWins).forEach((key, entry) -> put(into, key, entry, path, laterWins));
            case SequenceNode sequence -> {
                // The first of several counts.
                for (Node part : sequence.getValue().reversed()) {
                    if (!(part instanceof MappingNode)) {
                        throw fail(part, "map merge requires map or sequence of maps as the value");
                    }
                    merge(part, into, path, laterWins);
                }
            }
            default -> throw fail(source, "map merge requires map or sequence of maps as the value");
        }
        depth--;
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar && GoScalar.isNull(scalar);
    }

    private static String kind(Node node) {
        return switch (node) {
            case MappingNode _ -> "a map";
            case SequenceNode _ -> "a list";
            case ScalarNode scalar -> GoText.quote(scalar.getValue());
            default -> "something else";
        };
    }

    private static String wanted(Class<?> type) {
        return type == boolean.class
                ? "true or false"
                : type == int.class || type == long.class || type == double.class
                        ? "a number"
                        : type == Duration.class ? "a duration" : "a text";
    }

    static String within(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String in(String path) {
        return path.isEmpty() ? "" : " in " + path;
    }

    private static String message(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    ConfigException fail(@Nullable Node node, String what) {
        if (node == null || node.getStartMark() == null) {
            return new ConfigException(file, 0, 0, what);
        }
        var mark = node.getStartMark();
        return new ConfigException(file, mark.getLine() + 1, mark.getColumn() + 1, what);
    }
}
