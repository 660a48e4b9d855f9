package io.pharos.model.labels;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A fully anchored RE2 expression, `^(?s:RE)$`, that answers without the automaton where it can.
///
/// Recognised in the text: a set of literals (`a|b`, `(api|web)-[12]`), and such a set between any text
/// (`api-.*`, `.*error.*`, `(a|b).+`). What else is asked more than a few times runs on a table where it can be made,
/// and on RE2 in linear time where it can't. Immutable to its users, thread-safe.
public final class FastRegex {
    /// What may stand before or after the literals.
    private enum Around {
        NOTHING,
        ANYTHING,
        SOMETHING
    }

    /// More literals than this are not tried one after the other around any text.
    private static final int MAX_TRIED = 64;

    /// Answers by RE2 before the table is made.
    private static final int BEFORE_TABLE = 16;

    private final String text;
    private final @Nullable Pattern pattern;
    private final Set<String> literals;
    private final Around before;
    private final Around after;
    private int asked;
    private volatile boolean tableTried;
    private volatile @Nullable Automaton table;

    private FastRegex(String text, @Nullable Pattern pattern, Set<String> literals, Around before, Around after) {
        this.text = text;
        this.pattern = pattern;
        this.literals = literals;
        this.before = before;
        this.after = after;
    }

    /// Compiles `text`; fails with [BadRegexException] in Go's words.
    public static FastRegex compile(String text) {
        Pattern pattern;
        try {
            Pattern.compile(text);
            pattern = Pattern.compile("^(?s:" + text + ")$");
        } catch (PatternSyntaxException e) {
            String message = e.getMessage() == null ? "error parsing regexp" : e.getMessage();
            // RE2/J lacks Go's words for a parenthesis too many.
            throw new BadRegexException(
                    message.contains("stack underflow")
                            ? "error parsing regexp: unexpected ): `" + text + "`"
                            : message);
        }
        String middle = text;
        if (middle.startsWith("^")) {
            middle = middle.substring(1);
        }
        if (middle.endsWith("$") && !isEscaped(middle, middle.length() - 1)) {
            middle = middle.substring(0, middle.length() - 1);
        }
        // With an alternative at the top level, what stands at its ends belongs to one branch alone.
        Around before = Around.NOTHING;
        Around after = Around.NOTHING;
        if (!hasTopLevelAlternative(middle)) {
            if (middle.startsWith(".*") || middle.startsWith(".+")) {
                before = middle.charAt(1) == '*' ? Around.ANYTHING : Around.SOMETHING;
                middle = middle.substring(2);
            }
            int end = middle.length() - 2;
            if (end >= 0 && (middle.endsWith(".*") || middle.endsWith(".+")) && !isEscaped(middle, end)) {
                after = middle.charAt(end + 1) == '*' ? Around.ANYTHING : Around.SOMETHING;
                middle = middle.substring(0, end);
            }
        } else if (middle.length() != text.length()) {
            middle = text;
        }
        Set<String> literals = LiteralSet.of(middle);
        boolean around = before != Around.NOTHING || after != Around.NOTHING;
        if (literals == null || around && literals.size() > MAX_TRIED) {
            return new FastRegex(text, pattern, Set.of(), Around.NOTHING, Around.NOTHING);
        }
        return new FastRegex(text, null, Set.copyOf(literals), before, after);
    }

    private static boolean isEscaped(String text, int at) {
        int slashes = 0;
        for (int i = at - 1; i >= 0 && text.charAt(i) == '\\'; i--) {
            slashes++;
        }
        return slashes % 2 == 1;
    }

    private static boolean hasTopLevelAlternative(String text) {
        int depth = 0;
        boolean inClass = false;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '[' -> inClass = true;
                case ']' -> inClass = false;
                case '(' -> depth += inClass ? 0 : 1;
                case ')' -> depth -= inClass ? 0 : 1;
                case '|' -> {
                    if (depth == 0 && !inClass) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    public boolean matches(String value) {
        if (pattern != null) {
            int known = -1;
            if (tableTried || ++asked > BEFORE_TABLE) {
                Automaton by = table();
                known = by == null ? -1 : by.matches(value);
            }
            return known < 0 ? pattern.matches(value) : known > 0;
        }
        if (before == Around.NOTHING && after == Around.NOTHING) {
            return literals.contains(value);
        }
        for (String literal : literals) {
            if (matchesAround(value, literal)) {
                return true;
            }
        }
        return false;
    }

    /// Like [#matches(String)], for the UTF-8 of a value.
    public boolean matches(byte[] utf8, int from, int length) {
        if (pattern != null) {
            Automaton by = table();
            int known = by == null ? -1 : by.matches(utf8, from, length);
            if (known >= 0) {
                return known > 0;
            }
        }
        return matches(new String(utf8, from, length, StandardCharsets.UTF_8));
    }

    private @Nullable Automaton table() {
        if (!tableTried) {
            synchronized (this) {
                if (!tableTried) {
                    table = Automaton.of(text);
                    tableTried = true;
                }
            }
        }
        return table;
    }

    private boolean matchesAround(String value, String literal) {
        int least = before == Around.SOMETHING ? 1 : 0;
        int tail = after == Around.SOMETHING ? 1 : 0;
        int room = value.length() - literal.length();
        if (room < least + tail) {
            return false;
        }
        if (before == Around.NOTHING) {
            return value.startsWith(literal);
        }
        if (after == Around.NOTHING) {
            return value.endsWith(literal);
        }
        int found = value.indexOf(literal, least);
        return found >= 0 && found <= room - tail;
    }

    /// The expression as it was written.
    public String text() {
        return text;
    }

    /// Every value that matches, where the expression is a set of literals.
    public Optional<Set<String>> literals() {
        return pattern == null && before == Around.NOTHING && after == Around.NOTHING
                ? Optional.of(literals)
                : Optional.empty();
    }

    /// What every matching value begins with, where that is known and not empty; [#matches] still decides.
    public Optional<String> prefix() {
        String begin = "";
        if (pattern != null) {
            Automaton by = table();
            begin = by == null ? "" : by.prefix();
        } else if (before == Around.NOTHING && after != Around.NOTHING && literals.size() == 1) {
            begin = literals.iterator().next();
        }
        return begin.isEmpty() ? Optional.empty() : Optional.of(begin);
    }
}
