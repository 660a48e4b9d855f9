package io.pharos.model.labels;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads expressions that stand for a small set of strings: literals, escaped punctuation, groups, alternation, `?`,
/// short character classes.
///
/// `(api|web)-[12]` → `api-1 api-2 web-1 web-2`. Anything else (a repetition, a flag, a class escape, too many strings)
/// is no such set.
final class LiteralSet {
    /// Alternations of this many literals come from dashboards with multi-value variables.
    private static final int MAX_STRINGS = 10_000;

    private static final int MAX_NESTING = 16;

    private final String text;
    private int at;

    private LiteralSet(String text) {
        this.text = text;
    }

    /// The strings that match, in the order of the text, or null where the expression is not such a set.
    static @Nullable Set<String> of(String expression) {
        var parser = new LiteralSet(expression);
        List<String> strings = parser.alternation(0);
        return strings == null || parser.at < expression.length() ? null : new LinkedHashSet<>(strings);
    }

    private @Nullable List<String> alternation(int depth) {
        var all = new ArrayList<String>();
        while (true) {
            List<String> branch = sequence(depth);
            if (branch == null || all.size() + branch.size() > MAX_STRINGS) {
                return null;
            }
            all.addAll(branch);
            if (at >= text.length() || text.charAt(at) != '|') {
                return all;
            }
            at++;
        }
    }

    private @Nullable List<String> sequence(int depth) {
        List<String> strings = List.of("");
        while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
            List<String> atom = atom(depth);
            if (atom == null) {
                return null;
            }
            if (at < text.length() && text.charAt(at) == '?') {
                at++;
                var optional = new ArrayList<>(atom);
                optional.add("");
                atom = optional;
            }
            if (at < text.length() && "*+?{".indexOf(text.charAt(at)) >= 0) {
                return null;
            }
            if ((long) strings.size() * atom.size() > MAX_STRINGS) {
                return null;
            }
            strings = product(strings, atom);
        }
        return strings;
    }

    private static List<String> product(List<String> heads, List<String> tails) {
        var all = new ArrayList<String>(heads.size() * tails.size());
        for (String head : heads) {
            for (String tail : tails) {
                all.add(head + tail);
            }
        }
        return all;
    }

    private @Nullable List<String> atom(int depth) {
        char c = text.charAt(at);
        switch (c) {
            case '(' -> {
                return group(depth + 1);
            }
            case '[' -> {
                return characterClass();
            }
            case '\\' -> {
                // Only escaped punctuation is itself; letters and digits mean something else.
                if (at + 1 >= text.length() || "\\.+*?()|[]{}^$-/:,_@#%&~\"'`!;<>= ".indexOf(text.charAt(at + 1)) < 0) {
                    return null;
                }
                at += 2;
                return List.of(String.valueOf(text.charAt(at - 1)));
            }
            case '.', '*', '+', '?', ')', ']', '{', '}', '^', '$', '|' -> {
                return null;
            }
            default -> {
                int codePoint = text.codePointAt(at);
                at += Character.charCount(codePoint);
                return List.of(Character.toString(codePoint));
            }
        }
    }

    private @Nullable List<String> group(int depth) {
        if (depth > MAX_NESTING) {
            return null;
        }
        at++;
        if (text.startsWith("?", at)) {
            if (!text.startsWith("?:", at)) {
                return null;
            }
            at += 2;
        }
        List<String> inner = alternation(depth);
        if (inner == null || at >= text.length() || text.charAt(at) != ')') {
            return null;
        }
        at++;
        return inner;
    }

    /// `[abc]`, `[0-9]`: ASCII letters and digits only.
    private @Nullable List<String> characterClass() {
        var all = new ArrayList<String>();
        for (at++; at < text.length() && text.charAt(at) != ']'; ) {
            char first = text.charAt(at++);
            if (!isPlain(first)) {
                return null;
            }
            char last = first;
            if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
                last = text.charAt(at + 1);
                at += 2;
                if (!isPlain(last) || last < first) {
                    return null;
                }
            }
            for (char c = first; c <= last; c++) {
                all.add(String.valueOf(c));
            }
        }
        if (at >= text.length() || all.isEmpty()) {
            return null;
        }
        at++;
        return all;
    }

    private static boolean isPlain(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }
}
