package io.pharos.model.template;

import io.pharos.model.template.HtmlContext.Attribute;
import io.pharos.model.template.HtmlContext.Delimiter;
import io.pharos.model.template.HtmlContext.Element;
import io.pharos.model.template.HtmlContext.Slash;
import io.pharos.model.template.HtmlContext.State;
import io.pharos.model.template.HtmlContext.UrlPart;
import io.pharos.model.text.GoText;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Follows literal text of a page from one context to the next. Never guesses: what can't be followed is an error.
final class HtmlTransitions {
    private static final String SPACE = " \t\n\f\r";
    private static final String COMMENT_START = "<!--";
    private static final Set<String> REGEX_PRECEDERS = Set.of(
            "break",
            "case",
            "continue",
            "delete",
            "do",
            "else",
            "finally",
            "in",
            "instanceof",
            "return",
            "throw",
            "try",
            "typeof",
            "void");
    private static final Set<String> SCRIPT_TYPES = Set.of(
            "application/ecmascript",
            "application/javascript",
            "application/json",
            "application/ld+json",
            "application/x-ecmascript",
            "application/x-javascript",
            "module",
            "text/ecmascript",
            "text/javascript",
            "text/javascript1.0",
            "text/javascript1.1",
            "text/javascript1.2",
            "text/javascript1.3",
            "text/javascript1.4",
            "text/javascript1.5",
            "text/jscript",
            "text/livescript",
            "text/x-ecmascript",
            "text/x-javascript");
    private static final Set<String> URL_ATTRIBUTES = Set.of(
            "action",
            "archive",
            "background",
            "cite",
            "classid",
            "codebase",
            "data",
            "formaction",
            "href",
            "icon",
            "longdesc",
            "manifest",
            "poster",
            "profile",
            "src",
            "usemap",
            "xmlns");
    private static final Map<String, Attribute> OTHER_ATTRIBUTES =
            Map.of("style", Attribute.STYLE, "srcset", Attribute.SRCSET, "srcdoc", Attribute.NONE);

    private HtmlTransitions() {}

    /// A context, and how much of the text leads to it.
    record Step(HtmlContext context, int length) {}

    /// The context behind as much of `text` as belongs together.
    static Step next(HtmlContext c, String text) {
        if (c.delimiter() == Delimiter.NONE) {
            Step end = specialEnd(c, text);
            if (end.length == 0) {
                return end;
            }
            return follow(c, text.substring(0, end.length));
        }
        int end = indexOfAny(text, c.delimiter().ends, 0);
        int stop = end < 0 ? text.length() : end;
        if (c.delimiter() == Delimiter.SPACE_OR_TAG_END) {
            int bad = indexOfAny(text.substring(0, stop), "\"'<=`", 0);
            if (bad >= 0) {
                throw new TemplateException(GoText.quote(text.substring(bad, bad + 1)) + " in unquoted attr: "
                        + GoText.quote(text.substring(0, stop)));
            }
        }
        if (stop == text.length()) {
            HtmlContext now = c;
            String rest = Entities.decode(text);
            while (!rest.isEmpty()) {
                Step step = follow(now, rest);
                now = step.context;
                rest = rest.substring(step.length);
            }
            return new Step(now, text.length());
        }
        boolean otherScript = c.state() == State.ATTRIBUTE
                && c.element() == Element.SCRIPT
                && c.attribute() == Attribute.SCRIPT_TYPE
                && !isScript(text.substring(0, stop));
        int quote = c.delimiter() == Delimiter.SPACE_OR_TAG_END ? 0 : 1;
        return new Step(HtmlContext.in(State.TAG, otherScript ? Element.NONE : c.element()), stop + quote);
    }

    private static boolean isScript(String type) {
        int semicolon = type.indexOf(';');
        String name = semicolon < 0 ? type : type.substring(0, semicolon);
        return SCRIPT_TYPES.contains(name.strip().toLowerCase(Locale.ROOT));
    }

    /// The end tag of an element whose content is not plain text, where it comes before anything else.
    private static Step specialEnd(HtmlContext c, String text) {
        if (c.element() == Element.NONE || c.state().inTag()) {
            return new Step(c, text.length());
        }
        boolean hidden = c.element() == Element.SCRIPT
                && (c.state().scriptLiteral() || c.state().comment());
        String lower = text.toLowerCase(Locale.ROOT);
        String tag = "</" + c.element().tag;
        int at = hidden ? -1 : lower.indexOf(tag);
        while (at >= 0) {
            int after = at + tag.length();
            if (after < text.length() && "> \t\n\f/".indexOf(text.charAt(after)) >= 0) {
                return new Step(HtmlContext.TEXT, at);
            }
            at = lower.indexOf(tag, after);
        }
        return new Step(c, text.length());
    }

    static Step follow(HtmlContext c, String s) {
        return switch (c.state()) {
            case TEXT -> text(c, s);
            case RCDATA, ATTRIBUTE, SRCSET, DEAD -> new Step(c, s.length());
            case TAG -> tag(c, s);
            case ATTRIBUTE_NAME -> {
                int end = attributeName(s, 0);
                yield new Step(end == s.length() ? c : c.with(State.AFTER_NAME), end);
            }
            case AFTER_NAME -> {
                int i = skipSpace(s, 0);
                if (i == s.length()) {
                    yield new Step(c, i);
                }
                yield s.charAt(i) == '=' ? new Step(c.with(State.BEFORE_VALUE), i + 1) : new Step(c.with(State.TAG), i);
            }
            case BEFORE_VALUE -> {
                int i = skipSpace(s, 0);
                if (i == s.length()) {
                    yield new Step(c, i);
                }
                yield switch (s.charAt(i)) {
                    case '"' -> new Step(c.value(Delimiter.DOUBLE), i + 1);
                    case '\'' -> new Step(c.value(Delimiter.SINGLE), i + 1);
                    default -> new Step(c.value(Delimiter.SPACE_OR_TAG_END), i);
                };
            }
            case COMMENT -> {
                int end = s.indexOf("-->");
                yield end < 0 ? new Step(c, s.length()) : new Step(HtmlContext.TEXT, end + 3);
            }
            case URL -> new Step(url(c, s), s.length());
            case SCRIPT -> script(c, s);
            case SCRIPT_DOUBLE, SCRIPT_SINGLE, SCRIPT_REGEX -> scriptLiteral(c, s);
            case SCRIPT_TEMPLATE -> scriptTemplate(c, s);
            case SCRIPT_BLOCK_COMMENT -> until(c, s, "*/", State.SCRIPT);
            case STYLE_BLOCK_COMMENT -> until(c, s, "*/", State.STYLE);
            case SCRIPT_LINE_COMMENT -> line(c, s, "\n\r\u2028\u2029", State.SCRIPT);
            case STYLE_LINE_COMMENT -> line(c, s, "\n\f\r", State.STYLE);
            case STYLE -> style(c, s);
            case STYLE_DOUBLE, STYLE_SINGLE, STYLE_DOUBLE_URL, STYLE_SINGLE_URL, STYLE_URL -> styleString(c, s);
        };
    }

    private static Step text(HtmlContext c, String s) {
        int from = 0;
        while (true) {
            int i = s.indexOf('<', from);
            if (i < 0 || i + 1 == s.length()) {
                return new Step(c, s.length());
            }
            if (s.startsWith(COMMENT_START, i)) {
                return new Step(HtmlContext.in(State.COMMENT, Element.NONE), i + 4);
            }
            i++;
            boolean end = s.charAt(i) == '/';
            if (end) {
                if (i + 1 == s.length()) {
                    return new Step(c, s.length());
                }
                i++;
            }
            int stop = tagName(s, i);
            if (stop != i) {
                Element element = end ? Element.NONE : element(s.substring(i, stop));
                return new Step(HtmlContext.in(State.TAG, element), stop);
            }
            from = stop;
        }
    }

    private static int tagName(String s, int from) {
        if (from == s.length() || !isLetter(s.charAt(from))) {
            return from;
        }
        int i = from + 1;
        while (i < s.length()) {
            char x = s.charAt(i);
            boolean joined = (x == ':' || x == '-') && i + 1 < s.length() && isAlphanumeric(s.charAt(i + 1));
            if (!isAlphanumeric(x) && !joined) {
                break;
            }
            i++;
        }
        return i;
    }

    private static Element element(String name) {
        for (Element element : Element.values()) {
            if (element.tag.equalsIgnoreCase(name)) {
                return element;
            }
        }
        return Element.NONE;
    }

    private static Step tag(HtmlContext c, String s) {
        int i = skipSpace(s, 0);
        if (i == s.length()) {
            return new Step(c, i);
        }
        if (s.charAt(i) == '>') {
            return new Step(HtmlContext.in(c.element().content, c.element()), i + 1);
        }
        int end = attributeName(s, i);
        if (end == i) {
            throw new TemplateException(
                    "expected space, attr name, or end of tag, but got " + GoText.quote(s.substring(i)));
        }
        String name = s.substring(i, end).toLowerCase(Locale.ROOT);
        boolean scriptType = c.element() == Element.SCRIPT && name.equals("type");
        Attribute attribute = scriptType ? Attribute.SCRIPT_TYPE : attribute(name);
        State state = end == s.length() ? State.ATTRIBUTE_NAME : State.AFTER_NAME;
        return new Step(new HtmlContext(state, Delimiter.NONE, UrlPart.NONE, Slash.REGEX, attribute, c.element()), end);
    }

    /// What an attribute of that name holds.
    static Attribute attribute(String lowerName) {
        String name = lowerName;
        int colon = name.indexOf(':');
        if (name.startsWith("data-")) {
            name = name.substring(5);
        } else if (colon >= 0) {
            if (name.startsWith("xmlns:")) {
                return Attribute.URL;
            }
            name = name.substring(colon + 1);
        }
        if (URL_ATTRIBUTES.contains(name)) {
            return Attribute.URL;
        }
        Attribute known = OTHER_ATTRIBUTES.get(name);
        if (known != null) {
            return known;
        }
        if (name.startsWith("on")) {
            return Attribute.SCRIPT;
        }
        return name.contains("src") || name.contains("uri") || name.contains("url") ? Attribute.URL : Attribute.NONE;
    }

    private static int attributeName(String s, int from) {
        for (int i = from; i < s.length(); i++) {
            switch (s.charAt(i)) {
                case ' ', '\t', '\n', '\f', '\r', '=', '>' -> {
                    return i;
                }
                case '\'', '"', '<' ->
                    throw new TemplateException(GoText.quote(s.substring(i, i + 1)) + " in attribute name: "
                            + GoText.quote(s.length() > 32 ? s.substring(0, 32) : s));
                default -> {
                    // part of the name
                }
            }
        }
        return s.length();
    }

    private static HtmlContext url(HtmlContext c, String s) {
        if (s.indexOf('#') >= 0 || s.indexOf('?') >= 0) {
            return c.with(UrlPart.QUERY_OR_FRAGMENT);
        }
        if (skipSpace(s, 0) != s.length() && c.urlPart() == UrlPart.NONE) {
            return c.with(UrlPart.PRE_QUERY);
        }
        return c;
    }

    private static Step script(HtmlContext before, String s) {
        int i = indexOfAny(s, "\"`'/<-#", 0);
        if (i < 0) {
            return new Step(before.with(slash(s, before.slash())), s.length());
        }
        HtmlContext c = before.with(slash(s.substring(0, i), before.slash()));
        char following = i + 1 < s.length() ? s.charAt(i + 1) : 0;
        switch (s.charAt(i)) {
            case '"' -> {
                return new Step(c.with(State.SCRIPT_DOUBLE, Slash.REGEX), i + 1);
            }
            case '\'' -> {
                return new Step(c.with(State.SCRIPT_SINGLE, Slash.REGEX), i + 1);
            }
            case '`' -> {
                return new Step(c.with(State.SCRIPT_TEMPLATE, Slash.REGEX), i + 1);
            }
            case '/' -> {
                if (following == '/') {
                    return new Step(c.with(State.SCRIPT_LINE_COMMENT), i + 2);
                }
                if (following == '*') {
                    return new Step(c.with(State.SCRIPT_BLOCK_COMMENT), i + 2);
                }
                return switch (c.slash()) {
                    case REGEX -> new Step(c.with(State.SCRIPT_REGEX), i + 1);
                    case DIVISION -> new Step(c.with(Slash.REGEX), i + 1);
                    case UNKNOWN ->
                        throw new TemplateException("'/' could start a division or regexp: "
                                + GoText.quote(s.substring(i, Math.min(s.length(), i + 32))));
                };
            }
            case '<' -> {
                if (s.startsWith(COMMENT_START, i)) {
                    return new Step(c.with(State.SCRIPT_LINE_COMMENT), i + 4);
                }
                return new Step(c.with(Slash.REGEX), i + 1);
            }
            case '-' -> {
                if (s.startsWith("-->", i)) {
                    return new Step(c.with(State.SCRIPT_LINE_COMMENT), i + 3);
                }
                return new Step(c.with(slash(s.substring(0, i + 1), before.slash())), i + 1);
            }
            default -> {
                return following == '!' ? new Step(c.with(State.SCRIPT_LINE_COMMENT), i + 2) : new Step(c, i + 1);
            }
        }
    }

    /// What a slash behind `s` would begin.
    private static Slash slash(String s, Slash before) {
        int end = s.length();
        while (end > 0 && (SPACE + "\u2028\u2029").indexOf(s.charAt(end - 1)) >= 0) {
            end--;
        }
        if (end == 0) {
            return before;
        }
        char last = s.charAt(end - 1);
        switch (last) {
            case '+', '-' -> {
                int count = 0;
                while (count < end && s.charAt(end - 1 - count) == last) {
                    count++;
                }
                return (count & 1) == 1 ? Slash.REGEX : Slash.DIVISION;
            }
            case '.' -> {
                return end > 1 && Character.isDigit(s.charAt(end - 2)) ? Slash.DIVISION : Slash.REGEX;
            }
            case ',', '<', '>', '=', '*', '%', '&', '|', '^', '?', '!', '~', '(', '[', ':', ';', '{', '}' -> {
                return Slash.REGEX;
            }
            default -> {
                int start = end;
                while (start > 0 && isScriptName(s.charAt(start - 1))) {
                    start--;
                }
                return REGEX_PRECEDERS.contains(s.substring(start, end)) ? Slash.REGEX : Slash.DIVISION;
            }
        }
    }

    static boolean isScriptName(char c) {
        return c == '$' || c == '_' || isAlphanumeric(c);
    }

    private static Step scriptLiteral(HtmlContext c, String s) {
        String specials =
                switch (c.state()) {
                    case SCRIPT_SINGLE -> "\\'";
                    case SCRIPT_REGEX -> "\\/[]";
                    default -> "\\\"";
                };
        boolean inSet = false;
        int from = 0;
        while (true) {
            int i = indexOfAny(s, specials, from);
            if (i < 0) {
                break;
            }
            switch (s.charAt(i)) {
                case '\\' -> {
                    i++;
                    if (i == s.length()) {
                        throw new TemplateException("unfinished escape sequence in JS string: " + GoText.quote(s));
                    }
                }
                case '[' -> inSet = true;
                case ']' -> inSet = false;
                default -> {
                    boolean endTag = s.charAt(i) == '/'
                            && i > 0
                            && s.regionMatches(true, i - 1, "</script", 0, "</script".length());
                    if (!endTag && !inSet) {
                        return new Step(c.with(State.SCRIPT, Slash.DIVISION), i + 1);
                    }
                }
            }
            from = i + 1;
        }
        if (inSet) {
            throw new TemplateException("unfinished JS regexp charset: " + GoText.quote(s));
        }
        return new Step(c, s.length());
    }

    /// What stands in `${}` must be literal: an action would print code there.
    private static Step scriptTemplate(HtmlContext c, String s) {
        int depth = 0;
        for (int i = 0; i < s.length(); i++) {
            char x = s.charAt(i);
            if (x == '\\') {
                i++;
            } else if (depth == 0 && x == '`') {
                return new Step(c.with(State.SCRIPT, Slash.DIVISION), i + 1);
            } else if (x == '{' && (depth > 0 || i > 0 && s.charAt(i - 1) == '$')) {
                depth++;
            } else if (x == '}' && depth > 0) {
                depth--;
            }
        }
        if (depth > 0) {
            throw new TemplateException("action inside ${} of a JS template literal: " + GoText.quote(s));
        }
        return new Step(c, s.length());
    }

    private static Step until(HtmlContext c, String s, String end, State then) {
        int i = s.indexOf(end);
        return i < 0 ? new Step(c, s.length()) : new Step(c.with(then), i + end.length());
    }

    /// The end of the line stays, for it may end a statement.
    private static Step line(HtmlContext c, String s, String ends, State then) {
        int i = indexOfAny(s, ends, 0);
        return i < 0 ? new Step(c, s.length()) : new Step(c.with(then), i);
    }

    private static Step style(HtmlContext c, String s) {
        int from = 0;
        while (true) {
            int i = indexOfAny(s, "(\"'/", from);
            if (i < 0) {
                return new Step(c, s.length());
            }
            char following = i + 1 < s.length() ? s.charAt(i + 1) : 0;
            switch (s.charAt(i)) {
                case '(' -> {
                    if (s.substring(0, i)
                            .stripTrailing()
                            .toLowerCase(Locale.ROOT)
                            .endsWith("url")) {
                        int j = skipSpace(s, i + 1);
                        if (j < s.length() && s.charAt(j) == '"') {
                            return new Step(c.with(State.STYLE_DOUBLE_URL), j + 1);
                        }
                        if (j < s.length() && s.charAt(j) == '\'') {
                            return new Step(c.with(State.STYLE_SINGLE_URL), j + 1);
                        }
                        return new Step(c.with(State.STYLE_URL), j);
                    }
                }
                case '/' -> {
                    if (following == '/') {
                        return new Step(c.with(State.STYLE_LINE_COMMENT), i + 2);
                    }
                    if (following == '*') {
                        return new Step(c.with(State.STYLE_BLOCK_COMMENT), i + 2);
                    }
                }
                case '"' -> {
                    return new Step(c.with(State.STYLE_DOUBLE), i + 1);
                }
                default -> {
                    return new Step(c.with(State.STYLE_SINGLE), i + 1);
                }
            }
            from = i + 1;
        }
    }

    private static Step styleString(HtmlContext before, String s) {
        String ends =
                switch (before.state()) {
                    case STYLE_DOUBLE, STYLE_DOUBLE_URL -> "\\\"";
                    case STYLE_SINGLE, STYLE_SINGLE_URL -> "\\'";
                    default -> "\\" + SPACE + ")";
                };
        HtmlContext c = before;
        int from = 0;
        while (true) {
            int i = indexOfAny(s, ends, from);
            if (i < 0) {
                return new Step(url(c, s.substring(from)), s.length());
            }
            if (s.charAt(i) != '\\') {
                return new Step(c.with(State.STYLE).with(UrlPart.NONE), i + 1);
            }
            i++;
            if (i == s.length()) {
                throw new TemplateException("unfinished escape sequence in CSS string: " + GoText.quote(s));
            }
            c = url(c, s.substring(0, i + 1));
            from = i + 1;
        }
    }

    private static int skipSpace(String s, int from) {
        int i = from;
        while (i < s.length() && SPACE.indexOf(s.charAt(i)) >= 0) {
            i++;
        }
        return i;
    }

    private static int indexOfAny(String s, String any, int from) {
        for (int i = from; i < s.length(); i++) {
            if (any.indexOf(s.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    static boolean isAlphanumeric(char c) {
        return isLetter(c) || c >= '0' && c <= '9';
    }
}
