package io.pharos.notifier.render;

import io.pharos.model.config.Tree;
import io.pharos.model.template.TemplateException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Structured templating: a piece of YAML, every string of which is rendered and then read as YAML again, so that
/// `"{{ len .Alerts }}"` becomes a number and `"{{ .CommonLabels | toJson }}"` an object. Text that is no YAML, or only
/// a string of it, stays as it is.
public final class Structured {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<String> TRUE = Set.of("y", "yes", "on", "true");
    private static final Set<String> FALSE = Set.of("n", "no", "off", "false");
    private static final Pattern INTEGER = Pattern.compile("[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

    private static final Pattern NO_NUMBER = Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

    /// Of plain scalars without a tag.
    private static final Tag PLAIN = new Tag("!pharos/plain");

    /// Deeper nesting is taken for text.
    private static final int MAX_DEPTH = 50;

    private Structured() {}

    /// Renders `tree` for a letter; fails with [io.pharos.model.template.TemplateException].
    public static JsonNode render(Tree tree, Letter letter) {
        return switch (tree) {
            case Tree.Text(String value) -> parsed(letter.text(value));
            case Tree.Whole(long value) -> JSON.numberNode(value);
            case Tree.Fraction(double value) -> JSON.numberNode(value);
            case Tree.Truth(boolean value) -> JSON.booleanNode(value);
            case Tree.Nothing() -> JSON.nullNode();
            case Tree.Items(List<Tree> items) -> {
                ArrayNode array = JSON.arrayNode();
                items.forEach(item -> array.add(render(item, letter)));
                yield array;
            }
            case Tree.Fields fields -> {
                ObjectNode object = JSON.objectNode();
                fields.fields().forEach((key, value) -> {
                    JsonNode name = parsed(letter.text(key));
                    // A key that is no string, such as `y` or `1`, is left out.
                    if (name.isString()) {
                        object.set(name.asString(), render(value, letter));
                    }
                });
                yield object;
            }
        };
    }

    /// Rendered text as the YAML it may be.
    static JsonNode parsed(String text) {
        try {
            var options = new LoaderOptions();
            options.setNestingDepthLimit(MAX_DEPTH);
            options.setMaxAliasesForCollections(50);
            options.setCodePointLimit(64 << 20);
            if (text.startsWith("%")) {
                return JSON.stringNode(text);
            }
            // Of several documents the first counts, as Go's reader has it.
            Iterator<Node> documents =
                    yaml(options).composeAll(new StringReader(text)).iterator();
            JsonNode value = documents.hasNext() ? json(documents.next(), 0) : JSON.nullNode();
            return value.isString() ? JSON.stringNode(text) : value;
        } catch (YAMLException | NotPlain e) {
            return JSON.stringNode(text);
        }
    }

    /// YAML that has no counterpart in JSON.
    private static final class NotPlain extends RuntimeException {
        NotPlain() {
            super("", null, false, false);
        }
    }

    private static Yaml yaml(LoaderOptions options) {
        var output = new DumperOptions();
        return new Yaml(new SafeConstructor(options), new Representer(output), output, options, new Untyped());
    }

    /// Leaves the types of plain scalars to [#scalar], so that tags that were written stand out.
    private static final class Untyped extends Resolver {
        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            return kind == NodeId.scalar && implicit ? PLAIN : super.resolve(kind, value, implicit);
        }
    }

    private static JsonNode json(Node node, int depth) {
        if (depth > MAX_DEPTH) {
            throw new NotPlain();
        }
        return switch (node) {
            case ScalarNode scalar -> scalar(scalar);
            case SequenceNode sequence -> {
                ArrayNode array = JSON.arrayNode();
                sequence.getValue().forEach(item -> array.add(json(item, depth + 1)));
                yield array;
            }
            case MappingNode mapping -> {
                ObjectNode object = JSON.objectNode();
                for (NodeTuple tuple : mapping.getValue()) {
                    if (merges(tuple)) {
                        merge(tuple.getValueNode(), depth, object);
                        continue;
                    }
                    JsonNode key = json(tuple.getKeyNode(), depth + 1);
                    if (key.isString()) {
                        object.set(key.asString(), json(tuple.getValueNode(), depth + 1));
                    }
                }
                yield object;
            }
            default -> throw new NotPlain();
        };
    }

    private static boolean merges(NodeTuple tuple) {
        return tuple.getKeyNode() instanceof ScalarNode key
                && key.getTag().equals(PLAIN)
                && key.getValue().equals("<<");
    }

    private static void merge(Node from, int depth, ObjectNode into) {
        switch (from) {
            case MappingNode mapping -> into.setAll((ObjectNode) json(mapping, depth + 1));
            case SequenceNode several ->
                several.getValue().reversed().forEach(one -> {
                    if (!(one instanceof MappingNode)) {
                        throw new NotPlain();
                    }
                    merge(one, depth + 1, into);
                });
            default -> throw new NotPlain();
        }
    }

    private static JsonNode scalar(ScalarNode node) {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (tag.equals(Tag.STR)) {
            return JSON.stringNode(text);
        }
        JsonNode value = plain(text);
        boolean asTagged = tag.equals(Tag.NULL)
                ? value.isNull()
                : tag.equals(Tag.BOOL)
                        ? value.isBoolean()
                        : tag.equals(Tag.INT) ? value.isIntegralNumber() : !tag.equals(Tag.FLOAT) || value.isNumber();
        if (!asTagged) {
            throw new NotPlain();
        }
        return value;
    }

    private static JsonNode plain(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        boolean oneCase = text.equals(lower)
                || text.equals(text.toUpperCase(Locale.ROOT))
                || text.equals(Character.toUpperCase(lower.charAt(0)) + lower.substring(1));
        if (text.isEmpty() || text.equals("~") || oneCase && lower.equals("null")) {
            return JSON.nullNode();
        }
        if (oneCase && TRUE.contains(lower)) {
            return JSON.booleanNode(true);
        }
        if (oneCase && FALSE.contains(lower)) {
            return JSON.booleanNode(false);
        }
        if (INTEGER.matcher(text).matches()) {
            JsonNode number = integer(text);
            if (number != null) {
                return number;
            }
        }
        String digits = text.replace("_", "");
        if (NO_NUMBER.matcher(text).matches()) {
            String shown = text.startsWith("-") ? "-Inf" : lower.endsWith("nan") ? "NaN" : "+Inf";
            throw new TemplateException("json: unsupported value: " + shown);
        }
        if (FLOAT.matcher(digits).matches()) {
            double value = Double.parseDouble(digits);
            if (Double.isInfinite(value)) {
                return JSON.stringNode(text);
            }
            if (value == Math.rint(value) && Math.abs(value) < 1e21) {
                return JSON.numberNode(new BigDecimal(value).toBigInteger());
            }
            return JSON.numberNode(value);
        }
        return JSON.stringNode(text);
    }

    private static @Nullable JsonNode integer(String text) {
        boolean negative = text.startsWith("-");
        String body = (negative || text.startsWith("+") ? text.substring(1) : text).replace("_", "");
        int radix = 10;
        if (body.startsWith("0x")) {
            radix = 16;
            body = body.substring(2);
        } else if (body.startsWith("0b")) {
            radix = 2;
            body = body.substring(2);
        } else if (body.startsWith("0o")) {
            radix = 8;
            body = body.substring(2);
        } else if (body.length() > 1 && body.startsWith("0")) {
            radix = 8;
        }
        try {
            BigInteger value = new BigInteger(body, radix);
            return value.bitLength() > 64 ? null : JSON.numberNode(negative ? value.negate() : value);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
