package io.pharos.model.template;

import io.pharos.model.text.GoText;
import java.util.Map;

/// `json.Marshal`: compact, keys of maps sorted, `<`, `>` and `&` escaped.
final class GoJson {
    private GoJson() {}

    static String write(Object value) {
        var out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        switch (value) {
            case Nil _ -> out.append("null");
            case Boolean b -> out.append(b);
            case Long n -> out.append(n);
            case Double d -> {
                if (Double.isNaN(d) || Double.isInfinite(d)) {
                    throw new TemplateException("json: unsupported value: " + GoText.general(d));
                }
                out.append(number(d));
            }
            case String s -> quote(s, out);
            case TrustedText t -> quote(t.value(), out);
            case GoInt n -> out.append(n.value());
            case GoTime t -> quote(t.format("2006-01-02T15:04:05.999999999Z07:00"), out);
            case GoList list -> {
                out.append('[');
                String comma = "";
                for (Object item : list.items()) {
                    out.append(comma);
                    write(item, out);
                    comma = ",";
                }
                out.append(']');
            }
            case GoMap map -> {
                out.append('{');
                String comma = "";
                for (Map.Entry<String, Object> entry : map.entries().entrySet()) {
                    out.append(comma);
                    quote(entry.getKey(), out);
                    out.append(':');
                    write(entry.getValue(), out);
                    comma = ",";
                }
                out.append('}');
            }
            case GoStruct struct -> {
                out.append('{');
                String comma = "";
                for (GoStruct.Field field : struct.fields()) {
                    out.append(comma);
                    quote(field.jsonName(), out);
                    out.append(':');
                    write(field.value(), out);
                    comma = ",";
                }
                out.append('}');
            }
            default -> quote(value.toString(), out);
        }
    }

    /// `encoding/json` writes exponents without a leading zero: `1e-7`.
    static String number(double d) {
        String text = GoText.json(d);
        int e = text.indexOf("e-0");
        return e < 0 ? text : text.substring(0, e + 2) + text.substring(e + 3);
    }

    static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '<', '>', '&', '\u2028', '\u2029' -> out.append(String.format("\\u%04x", (int) c));
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
