package io.pharos.model.template;

import io.pharos.model.template.HtmlContext.Attribute;
import io.pharos.model.template.HtmlContext.Delimiter;
import io.pharos.model.template.HtmlContext.Element;
import io.pharos.model.template.HtmlContext.State;
import io.pharos.model.template.TrustedText.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;

/// What values pass through in the contexts of a page.
final class HtmlFilters {
    /// Stands where a value was too dangerous.
    static final String UNSAFE = "ZgotmplZ";

    private static final String ALWAYS = "\"&'+<>\0";
    private static final String NO_AMPERSAND = "\"'+<>\0";
    private static final String UNQUOTED = "\t\n\013\f\r \"&'+<=>`\0";
    private static final String UNQUOTED_NO_AMPERSAND = "\t\n\013\f\r \"'+<=>`\0";

    private HtmlFilters() {}

    /// The text of a value; nothing is empty.
    private static String text(Object value) {
        return value instanceof Nil ? "" : GoFormat.value(value);
    }

    private static boolean is(Object value, Kind kind) {
        return value instanceof TrustedText trusted && trusted.kind() == kind;
    }

    static final HtmlFilter HTML = value -> is(value, Kind.HTML) ? text(value) : replace(text(value), ALWAYS);

    static final HtmlFilter RCDATA = value -> replace(text(value), is(value, Kind.HTML) ? NO_AMPERSAND : ALWAYS);

    static final HtmlFilter ATTRIBUTE = value ->
            is(value, Kind.HTML) ? replace(withoutTags(text(value)), NO_AMPERSAND) : replace(text(value), ALWAYS);

    static final HtmlFilter UNQUOTED_ATTRIBUTE = value -> {
        String text = text(value);
        if (text.isEmpty()) {
            return UNSAFE;
        }
        return is(value, Kind.HTML) ? replace(withoutTags(text), UNQUOTED_NO_AMPERSAND) : replace(text, UNQUOTED);
    };

    static final HtmlFilter NAME = value -> {
        String name = text(value).toLowerCase(Locale.ROOT);
        boolean plain = !name.isEmpty() && name.chars().allMatch(c -> HtmlTransitions.isAlphanumeric((char) c));
        return plain && HtmlTransitions.attribute(name) == Attribute.NONE ? name : UNSAFE;
    };

    static final HtmlFilter COMMENT = _ -> "";

    static final HtmlFilter URL_SCHEME = value -> {
        if (is(value, Kind.URL)) {
            return value;
        }
        String text = text(value);
        return isSafe(text) ? text : "#" + UNSAFE;
    };

    static final HtmlFilter URL_NORMAL = value -> url(text(value), true);

    static final HtmlFilter URL_ESCAPED = value -> url(text(value), is(value, Kind.URL));

    static final HtmlFilter SRCSET = value -> {
        String text = text(value);
        if (is(value, Kind.URL)) {
            return url(text, true).replace(",", "%2c");
        }
        var parts = new ArrayList<String>();
        for (String part : text.split(",", -1)) {
            parts.add(candidate(part));
        }
        return String.join(",", parts);
    };

    private static String candidate(String part) {
        String stripped = part.strip();
        int space = stripped.indexOf(' ');
        String address = space < 0 ? stripped : stripped.substring(0, space);
        String size = space < 0 ? "" : stripped.substring(space);
        boolean plainSize =
                size.chars().allMatch(c -> c == ' ' || HtmlTransitions.isAlphanumeric((char) c) || c == '.');
        return isSafe(address) && plainSize ? url(address, true) + size : "#" + UNSAFE;
    }

    static final HtmlFilter SCRIPT_VALUE = value -> {
        Object shown =
                switch (value) {
                    case GoTime time -> time;
                    case GoInt n when n.hasText() -> n.text();
                    case GoMap map when map.text() != null -> map.text();
                    case GoList list when list.text() != null -> list.text();
                    case GoStruct struct when struct.text() != null -> struct.text();
                    default -> value;
                };
        String json = GoJson.write(shown);
        boolean padded = HtmlTransitions.isScriptName(json.charAt(0))
                || HtmlTransitions.isScriptName(json.charAt(json.length() - 1));
        return padded ? " " + json + " " : json;
    };

    static final HtmlFilter SCRIPT_STRING = value -> scriptString(text(value));

    static final HtmlFilter SCRIPT_TEMPLATE = value -> scriptString(text(value))
            .replace("$", "\\u0024")
            .replace("{", "\\u007b")
            .replace("}", "\\u007d");

    static final HtmlFilter SCRIPT_REGEX = value -> {
        var out = new StringBuilder();
        for (char c : text(value).toCharArray()) {
            String plain = c == '`' ? "`" : scriptString(Character.toString(c));
            out.append("$()*-.?[]^{|}".indexOf(c) >= 0 ? "\\" + c : plain);
        }
        return out.isEmpty() ? "(?:)" : out.toString();
    };

    private static String scriptString(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                case '/' -> out.append("\\/");
                case '\\' -> out.append("\\\\");
                case '"', '`', '&', '\'', '+', '<', '>', 0, 11, '\u2028', '\u2029' ->
                    out.append(String.format("\\u%04x", (int) c));
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    static final HtmlFilter STYLE_STRING = value -> {
        String text = text(value);
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                out.append("\\\\");
            } else if ("\0\t\n\f\r\"&'()+/:;<>{}".indexOf(c) >= 0) {
                out.append('\\').append(Integer.toHexString(c));
                // A space ends an escape that what follows might otherwise be taken for a part of.
                char following = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
                if (Character.digit(following, 16) >= 0 || following == ' ' || following == '\t') {
                    out.append(' ');
                }
            } else {
                out.append(c);
            }
        }
        return out.toString();
    };

    static final HtmlFilter STYLE_VALUE = value -> {
        String text = text(value);
        var name = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean comment = c == '-' && i > 0 && text.charAt(i - 1) == '-';
            if ("\0\"'()/;@[\\]`{}<>".indexOf(c) >= 0 || comment) {
                return UNSAFE;
            }
            if (HtmlTransitions.isAlphanumeric(c) || c == '-' || c == '_') {
                name.append(Character.toLowerCase(c));
            }
        }
        boolean active =
                name.indexOf("expression") >= 0 || name.indexOf("mozbinding") >= 0 || name.indexOf("moz-binding") >= 0;
        return active ? UNSAFE : text;
    };

    private static boolean isSafe(String url) {
        int colon = url.indexOf(':');
        if (colon < 0 || url.lastIndexOf('/', colon) >= 0) {
            return true;
        }
        String scheme = url.substring(0, colon).toLowerCase(Locale.ROOT);
        return scheme.equals("http") || scheme.equals("https") || scheme.equals("mailto");
    }

    private static String url(String text, boolean keepSyntax) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var out = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            boolean escape = c == '%'
                    && i + 2 < bytes.length
                    && Character.digit(bytes[i + 1], 16) >= 0
                    && Character.digit(bytes[i + 2], 16) >= 0;
            boolean kept = HtmlTransitions.isAlphanumeric(c)
                    || "-._~".indexOf(c) >= 0
                    || keepSyntax && (escape || "!#$&*+,/:;=?@[]".indexOf(c) >= 0);
            if (kept) {
                out.append(c);
            } else {
                out.append(String.format("%%%02x", (int) c));
            }
        }
        return out.toString();
    }

    private static String replace(String text, String escaped) {
        var out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (escaped.indexOf(c) < 0) {
                out.append(c);
                continue;
            }
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case 0 -> out.append(escaped.indexOf(' ') >= 0 ? "&#xfffd;" : "\uFFFD");
                default -> out.append("&#").append((int) c).append(';');
            }
        }
        return out.toString();
    }

    /// The text of HTML, for an attribute.
    static String withoutTags(String html) {
        var out = new StringBuilder();
        HtmlContext c = HtmlContext.TEXT;
        boolean allText = true;
        int i = 0;
        try {
            while (i < html.length()) {
                if (c.delimiter() == Delimiter.NONE) {
                    boolean content = c.element() != Element.NONE && !c.state().inTag();
                    HtmlTransitions.Step step =
                            HtmlTransitions.follow(content ? c.with(State.RCDATA) : c, html.substring(i));
                    int end = i + step.length();
                    boolean isText = c.state() == State.TEXT || c.state() == State.RCDATA;
                    if (isText) {
                        int tag = step.context().state() == c.state() ? -1 : html.lastIndexOf('<', end - 1);
                        out.append(html, i, tag >= i ? tag : end);
                    } else {
                        allText = false;
                    }
                    c = step.context();
                    i = end;
                } else {
                    int end = i;
                    while (end < html.length() && c.delimiter().ends.indexOf(html.charAt(end)) < 0) {
                        end++;
                    }
                    if (end == html.length()) {
                        break;
                    }
                    i = c.delimiter() == Delimiter.SPACE_OR_TAG_END ? end : end + 1;
                    c = HtmlContext.in(State.TAG, c.element());
                }
            }
        } catch (TemplateException e) {
            // Broken markup ends here; what came before it was text.
            return out.toString();
        }
        return allText ? html : out.toString();
    }
}
