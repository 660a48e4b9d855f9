package io.pharos.model.config;

import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.text.ByteSize;
import io.pharos.model.text.GoText;
import java.lang.reflect.ParameterizedType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes records as Go's YAML library does: two spaces, lists at the level of their key, maps sorted, texts quoted
/// only where they would be read as something else. Secrets are hidden.
final class YamlPrinter {
    /// A list that stands on one line.
    private record Flow(List<?> items) {}

    /// A text that is written as it is.
    private record Bare(String text) {}

    private final StringBuilder out = new StringBuilder();

    private YamlPrinter() {}

    static String print(Record record) {
        var printer = new YamlPrinter();
        Map<String, Object> fields = fields(record);
        if (fields.isEmpty()) {
            return "{}\n";
        }
        printer.map(fields, 0);
        return printer.out.toString();
    }

    /// Keys and values of a record: what is zero left out, inlined records and mechanisms spread out.
    private static Map<String, Object> fields(Record record) {
        var fields = new LinkedHashMap<String, Object>();
        for (Shape.Component component : Shape.of(record.getClass()).components()) {
            Object value = component.read(record);
            if (component.form() == Key.Form.UNWRITTEN || component.form() == Key.Form.PLACE) {
                continue;
            }
            if (component.inline()) {
                if (component.of().getGenericType() instanceof ParameterizedType) {
                    fields.putAll(Mechanisms.byKey(mechanisms(value)));
                } else {
                    fields.putAll(fields((Record) value));
                }
                continue;
            }
            Object simple = simple(value, component);
            // Zero is told from absent where absent means something else.
            boolean shown = component.always() || !component.or().isEmpty();
            boolean empty = simple == null
                    || simple instanceof Map<?, ?> m && m.isEmpty() && !shown && !(value instanceof Optional)
                    || Binder.isZero(value) && !shown;
            if (!empty) {
                fields.put(component.key(), simple);
            }
        }
        return fields;
    }

    @SuppressWarnings("unchecked") // Only lists of mechanisms are inlined.
    private static List<DiscoveryConfig> mechanisms(Object value) {
        return (List<DiscoveryConfig>) value;
    }

    /// A value as texts, maps and lists; null where there is nothing to write.
    private static @Nullable Object simple(@Nullable Object value, Shape.Component component) {
        return switch (value) {
            case null -> null;
            case Optional<?> optional -> optional.isEmpty() ? null : simple(optional.get(), component);
            case OptionalDouble number -> number.isEmpty() ? null : new Bare(GoText.general(number.getAsDouble()));
            case String text -> text;
            case Boolean truth -> new Bare(truth.toString());
            case Double number -> new Bare(GoText.general(number));
            case Number number ->
                component.form() == Key.Form.BYTES ? ByteSize.print(number.longValue()) : new Bare(number.toString());
            case Duration duration -> {
                boolean go = component.form() == Key.Form.GO_DURATION;
                yield go ? GoText.duration(duration.toNanos()) : GoText.promDuration(duration.toMillis());
            }
            case Enum<?> constant -> Binder.word(constant);
            case Secret secret -> secret.isSet() ? new Bare(Secret.HIDDEN) : "";
            case Url url -> url.redacted();
            case Labels labels -> {
                var map = new LinkedHashMap<String, Object>();
                for (Label label : labels) {
                    map.put(label.name(), label.value());
                }
                yield map;
            }
            case Tree tree -> tree(tree, component);
            case TextOrTemplate text -> fields(text);
            case TimeIntervalConfig interval -> fields(interval.written());
            case Matchers matchers ->
                matchers.all().stream()
                        .map(matcher -> (Object) matcher.toString())
                        .toList();
            case Record record -> fields(record);
            case List<?> list -> {
                var items = new ArrayList<Object>();
                for (Object item : list) {
                    Object simple = simple(item, component);
                    items.add(simple == null ? new Bare("null") : simple);
                }
                yield component.form() == Key.Form.FLOW ? new Flow(items) : items;
            }
            case Map<?, ?> map -> {
                var sorted = new TreeMap<String, Object>();
                map.forEach((key, item) -> {
                    Object simple = simple(item, component);
                    sorted.put(String.valueOf(key), simple == null ? new Bare("null") : simple);
                });
                yield sorted;
            }
            default -> String.valueOf(value);
        };
    }

    private static Object tree(Tree tree, Shape.Component component) {
        return switch (tree) {
            case Tree.Text text -> text.value();
            case Tree.Whole whole -> new Bare(Long.toString(whole.value()));
            case Tree.Fraction fraction -> new Bare(GoText.general(fraction.value()));
            case Tree.Truth truth -> new Bare(Boolean.toString(truth.value()));
            case Tree.Nothing _ -> new Bare("null");
            case Tree.Items items ->
                items.items().stream().map(item -> tree(item, component)).toList();
            case Tree.Fields fields -> {
                var map = new TreeMap<String, Object>();
                fields.fields().forEach((key, item) -> map.put(key, tree(item, component)));
                yield map;
            }
        };
    }

    private void map(Map<?, ?> map, int indent) {
        boolean first = true;
        for (var entry : map.entrySet()) {
            if (!first) {
                pad(indent);
            }
            first = false;
            text(String.valueOf(entry.getKey()), indent);
            out.append(':');
            value(entry.getValue(), indent, false);
        }
    }

    private void value(@Nullable Object given, int indent, boolean inList) {
        Object value = given instanceof DiscoveryConfig discovery ? fields((Record) discovery) : given;
        switch (value) {
            case Map<?, ?> map when map.isEmpty() -> out.append(inList ? "{}\n" : " {}\n");
            case Map<?, ?> map -> {
                if (inList) {
                    map(map, indent);
                } else {
                    out.append('\n');
                    pad(indent + 2);
                    map(map, indent + 2);
                }
            }
            case List<?> list when list.isEmpty() -> out.append(inList ? "[]\n" : " []\n");
            case List<?> list -> list(list, indent, inList);
            case Flow flow -> {
                out.append(inList ? "[" : " [");
                for (int i = 0; i < flow.items().size(); i++) {
                    out.append(i == 0 ? "" : ", ");
                    String item = String.valueOf(flow.items().get(i));
                    // A colon could be one of a map here.
                    boolean quoted = item.indexOf(':') >= 0 && !GoScalar.needsQuotes(item);
                    text(item, indent, quoted);
                }
                out.append("]\n");
            }
            case Bare bare -> out.append(inList ? "" : " ").append(bare.text()).append('\n');
            case null, default -> {
                out.append(inList ? "" : " ");
                text(String.valueOf(value), indent);
                out.append('\n');
            }
        }
    }

    private void list(List<?> list, int indent, boolean inList) {
        if (!inList) {
            out.append('\n');
        }
        boolean first = inList;
        for (Object item : list) {
            if (!first) {
                pad(indent);
            }
            first = false;
            out.append("- ");
            value(item, indent + 2, true);
        }
    }

    private void pad(int indent) {
        out.repeat(' ', indent);
    }

    private void text(String text, int indent) {
        text(text, indent, false);
    }

    private void text(String text, int indent, boolean quoted) {
        if (GoScalar.needsQuotes(text)) {
            out.append('"').append(escaped(text)).append('"');
        } else if (text.indexOf('\n') >= 0 && isPrintable(text) && !text.startsWith(" ") && !text.startsWith("\n")) {
            block(text, indent);
        } else if (!isPrintable(text) || text.indexOf('\n') >= 0) {
            out.append('"').append(escaped(text)).append('"');
        } else if (!quoted && isPlain(text)) {
            out.append(text);
        } else {
            out.append('\'').append(text.replace("'", "''")).append('\'');
        }
    }

    private void block(String text, int indent) {
        boolean ended = text.endsWith("\n");
        out.append(ended ? text.endsWith("\n\n") ? "|+" : "|" : "|-");
        String body = ended ? text.substring(0, text.length() - 1) : text;
        for (String line : body.split("\n", -1)) {
            out.append('\n');
            if (!line.isEmpty()) {
                pad(indent + 2);
                out.append(line);
            }
        }
    }

    private static boolean isPlain(String text) {
        char first = text.charAt(0);
        char last = text.charAt(text.length() - 1);
        if (",[]{}#&*!|>'\"%@`".indexOf(first) >= 0 || first == ' ' || last == ' ' || last == ':') {
            return false;
        }
        if ("-?:".indexOf(first) >= 0 && (text.length() == 1 || text.charAt(1) == ' ')) {
            return false;
        }
        return !text.contains(": ")
                && !text.contains(" #")
                && !text.startsWith("---")
                && !text.startsWith("...")
                && text.indexOf('\t') < 0;
    }

    private static boolean isPrintable(String text) {
        return text.codePoints().allMatch(c -> c == '\n' || c == '\t' || c >= ' ' && c != 0x7f && c != 0xfeff);
    }

    private static String escaped(String text) {
        var escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> escaped.append("\\n");
                case '\t' -> escaped.append("\\t");
                case '\r' -> escaped.append("\\r");
                case '"' -> escaped.append("\\\"");
                case '\\' -> escaped.append("\\\\");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        escaped.append(String.format("\\x%02X", c));
                    } else {
                        escaped.appendCodePoint(c);
                    }
                }
            }
        });
        return escaped.toString();
    }
}
