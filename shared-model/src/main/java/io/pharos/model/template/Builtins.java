package io.pharos.model.template;

import static io.pharos.model.template.GoType.STRING;
import static io.pharos.model.template.GoType.VALUE;

import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The functions that Go's templates always have. `and` and `or` are in [Execution], since they stop early.
final class Builtins {
    private Builtins() {}

    static Map<String, GoFunction> all() {
        var all = new LinkedHashMap<String, GoFunction>();
        all.put("and", GoFunction.variadic(args -> args[0], VALUE, VALUE));
        all.put("or", GoFunction.variadic(args -> args[0], VALUE, VALUE));
        all.put("not", GoFunction.of(args -> !Kinds.truth(args[0]), VALUE));
        all.put("call", GoFunction.variadic(Builtins::call, VALUE, VALUE));
        all.put("eq", GoFunction.variadic(Builtins::equal, VALUE, VALUE));
        all.put("ne", GoFunction.of(args -> !equal(args), VALUE, VALUE));
        all.put("lt", GoFunction.of(args -> less(args[0], args[1]), VALUE, VALUE));
        all.put("le", GoFunction.of(args -> less(args[0], args[1]) || equal(args), VALUE, VALUE));
        all.put("gt", GoFunction.of(args -> !less(args[0], args[1]) && !equal(args), VALUE, VALUE));
        all.put("ge", GoFunction.of(args -> !less(args[0], args[1]), VALUE, VALUE));
        all.put("len", GoFunction.of(args -> length(args[0]), VALUE));
        all.put("index", GoFunction.variadic(Builtins::index, VALUE, VALUE));
        all.put("slice", GoFunction.variadic(Builtins::slice, VALUE, VALUE));
        all.put("print", GoFunction.variadic(GoFormat::print, VALUE));
        all.put("println", GoFunction.variadic(GoFormat::println, VALUE));
        all.put("printf", GoFunction.variadic(Builtins::printf, STRING, VALUE));
        all.put("html", GoFunction.variadic(args -> html(text(args)), VALUE));
        all.put("js", GoFunction.variadic(args -> js(text(args)), VALUE));
        all.put("urlquery", GoFunction.variadic(args -> queryEscape(text(args)), VALUE));
        return all;
    }

    private static Object call(Object[] args) {
        if (args[0] instanceof Nil) {
            throw new TemplateException("call of nil");
        }
        throw new TemplateException("non-function " + GoFormat.value(args[0]) + " of type " + Kinds.typeName(args[0]));
    }

    private static Object printf(Object[] args) {
        return GoFormat.sprintf((String) args[0], Arrays.copyOfRange(args, 1, args.length));
    }

    private static String text(Object[] args) {
        return args.length == 1 && args[0] instanceof String s ? s : GoFormat.print(args);
    }

    private static boolean equal(Object[] args) {
        if (args.length < 2) {
            throw new TemplateException("missing argument for comparison");
        }
        for (int i = 1; i < args.length; i++) {
            if (equal(args[0], args[i])) {
                return true;
            }
        }
        return false;
    }

    private static boolean equal(Object a, Object b) {
        Kinds left = basic(a);
        Kinds right = basic(b);
        if (left != right) {
            if (left == Kinds.INT && right == Kinds.UINT || left == Kinds.UINT && right == Kinds.INT) {
                return Kinds.integer(a) == Kinds.integer(b);
            }
            if (a instanceof Nil || b instanceof Nil) {
                return false;
            }
            throw new TemplateException(
                    "incompatible types for comparison: " + Kinds.typeName(a) + " and " + Kinds.typeName(b));
        }
        return switch (left) {
            case BOOL -> a.equals(b);
            case INT, UINT -> Kinds.integer(a) == Kinds.integer(b);
            case FLOAT -> ((Double) a).doubleValue() == ((Double) b).doubleValue();
            case STRING -> Kinds.string(a).equals(Kinds.string(b));
            default -> {
                if (a instanceof Nil || b instanceof Nil) {
                    yield a instanceof Nil && b instanceof Nil;
                }
                if (a instanceof GoList || a instanceof GoMap) {
                    throw notComparable(a);
                }
                if (b instanceof GoList || b instanceof GoMap) {
                    throw notComparable(b);
                }
                yield a.equals(b);
            }
        };
    }

    private static TemplateException notComparable(Object value) {
        return new TemplateException(
                "non-comparable type " + GoFormat.sprintf("%s", value) + ": " + Kinds.typeName(value));
    }

    /// The kinds that comparisons know; every other is one and the same.
    private static Kinds basic(Object value) {
        Kinds kind = Kinds.of(value);
        return switch (kind) {
            case BOOL, INT, UINT, FLOAT, STRING -> kind;
            case NOTHING, LIST, MAP, STRUCT, OPAQUE -> Kinds.OPAQUE;
        };
    }

    private static boolean less(Object a, Object b) {
        Kinds left = basic(a);
        Kinds right = basic(b);
        if (left == Kinds.OPAQUE || right == Kinds.OPAQUE) {
            throw new TemplateException("invalid type for comparison");
        }
        if (left != right) {
            if (left == Kinds.INT && right == Kinds.UINT || left == Kinds.UINT && right == Kinds.INT) {
                return Kinds.integer(a) < Kinds.integer(b);
            }
            throw new TemplateException(
                    "incompatible types for comparison: " + Kinds.typeName(a) + " and " + Kinds.typeName(b));
        }
        return switch (left) {
            case INT, UINT -> Kinds.integer(a) < Kinds.integer(b);
            case FLOAT -> (Double) a < (Double) b;
            case STRING -> GoMap.BYTE_ORDER.compare(Kinds.string(a), Kinds.string(b)) < 0;
            default -> throw new TemplateException("invalid type for comparison");
        };
    }

    private static Object length(Object value) {
        return switch (value) {
            case String s -> (long) Kinds.utf8(s).length;
            case TrustedText t -> (long) Kinds.utf8(t.value()).length;
            case GoList list -> (long) list.items().size();
            case GoMap map -> (long) map.entries().size();
            case Nil _ -> throw new TemplateException("len of nil pointer");
            default -> throw new TemplateException("len of type " + Kinds.typeName(value));
        };
    }

    private static Object index(Object[] args) {
        Object item = args[0];
        if (item instanceof Nil) {
            throw new TemplateException("index of untyped nil");
        }
        for (int i = 1; i < args.length; i++) {
            item = index(item, args[i]);
        }
        return item;
    }

    private static Object index(Object item, Object key) {
        switch (item) {
            case String s -> {
                byte[] bytes = Kinds.utf8(s);
                int at = position(key, bytes.length);
                if (at == bytes.length) {
                    throw new TemplateException("reflect: string index out of range");
                }
                return new GoInt("uint8", bytes[at] & 0xff);
            }
            case GoList list -> {
                int at = position(key, list.items().size());
                if (at == list.items().size()) {
                    throw new TemplateException("reflect: slice index out of range");
                }
                return list.items().get(at);
            }
            case GoMap map -> {
                if (key instanceof Nil) {
                    throw new TemplateException("value is nil; should be of type string");
                }
                if (!(key instanceof String name)) {
                    throw new TemplateException("value has type " + Kinds.typeName(key) + "; should be string");
                }
                return map.entries().getOrDefault(name, map.zero());
            }
            case Nil _ -> throw new TemplateException("index of nil pointer");
            default -> throw new TemplateException("can't index item of type " + Kinds.typeName(item));
        }
    }

    private static int position(Object key, int limit) {
        long at =
                switch (Kinds.of(key)) {
                    case INT, UINT -> Kinds.integer(key);
                    case NOTHING -> throw new TemplateException("cannot index slice/array with nil");
                    default -> throw new TemplateException("cannot index slice/array with type " + Kinds.typeName(key));
                };
        if (at < 0 || at > limit) {
            throw new TemplateException("index out of range: " + at);
        }
        return (int) at;
    }

    private static Object slice(Object[] args) {
        Object item = args[0];
        if (item instanceof Nil) {
            throw new TemplateException("slice of untyped nil");
        }
        int given = args.length - 1;
        if (given > 3) {
            throw new TemplateException("too many slice indexes: " + given);
        }
        byte[] bytes = item instanceof String s ? Kinds.utf8(s) : new byte[0];
        int length =
                switch (item) {
                    case String _ -> {
                        if (given == 3) {
                            throw new TemplateException("cannot 3-index slice a string");
                        }
                        yield bytes.length;
                    }
                    case GoList list -> list.items().size();
                    default -> throw new TemplateException("can't slice item of type " + Kinds.typeName(item));
                };
        int from = given > 0 ? position(args[1], length) : 0;
        int to = given > 1 ? position(args[2], length) : length;
        if (from > to) {
            throw new TemplateException("invalid slice index: " + from + " > " + to);
        }
        if (given == 3 && to > position(args[3], length)) {
            throw new TemplateException("invalid slice index: " + to + " > " + position(args[3], length));
        }
        if (item instanceof GoList list) {
            return new GoList(
                    list.typeName(),
                    list.elementType(),
                    List.copyOf(list.items().subList(from, to)),
                    list.methods(),
                    null);
        }
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    static String html(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&#34;");
                case '\'' -> out.append("&#39;");
                case 0 -> out.append('\uFFFD');
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private static String js(String text) {
        var out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\'' -> out.append("\\'");
                case '"' -> out.append("\\\"");
                case '<', '>', '&', '=' -> out.append(String.format("\\u%04X", c));
                default -> {
                    if (c < ' ' || !GoText.isPrintable(c)) {
                        out.append(String.format("\\u%04X", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.toString();
    }

    /// `url.QueryEscape`.
    static String queryEscape(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (byte b : Kinds.utf8(text)) {
            char c = (char) (b & 0xff);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-_.~".indexOf(c) >= 0) {
                out.append(c);
            } else if (c == ' ') {
                out.append('+');
            } else {
                out.append(String.format("%%%02X", (int) c));
            }
        }
        return out.toString();
    }
}
