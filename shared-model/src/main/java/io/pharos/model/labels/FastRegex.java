package io.pharos.model.labels;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A fully anchored RE2 expression, `^(?s:RE)$`, that answers without the automaton where it can.
///
/// Three shapes are recognised in the text of the expression: a set of literals (`a|b|c`), a literal prefix before `.*`
/// or `.+`
/// (`api-.*`), and everything (`.*`, `.+`). All else runs RE2 in linear time. Immutable, thread-safe.
public final class FastRegex {
    private static final String META = "\\.+*?()|[]{}^$";

    private final String text;
    private final @Nullable Pattern pattern;
    private final @Nullable Set<String> literals;
    private final @Nullable String prefix;
    private final boolean restMayBeEmpty;

    private FastRegex(
            String text,
            @Nullable Pattern pattern,
            @Nullable Set<String> literals,
            @Nullable String prefix,
            boolean restMayBeEmpty) {
        this.text = text;
        this.pattern = pattern;
        this.literals = literals;
        this.prefix = prefix;
        this.restMayBeEmpty = restMayBeEmpty;
    }

    /// Compiles `text`; fails with [BadRegexException] in Go's words.
    public static FastRegex compile(String text) {
        Pattern pattern;
        try {
            Pattern.compile(text);
            pattern = Pattern.compile("^(?s:" + text + ")$");
        } catch (PatternSyntaxException e) {
            throw new BadRegexException(e.getMessage() == null ? "error parsing regexp" : e.getMessage());
        }
        Set<String> literals = literalsOf(text);
        if (literals != null) {
            return new FastRegex(text, null, literals, null, false);
        }
        if (text.endsWith(".*") || text.endsWith(".+")) {
            String head = text.substring(0, text.length() - 2);
            if (isLiteral(head)) {
                return new FastRegex(text, null, null, head, text.endsWith("*"));
            }
        }
        return new FastRegex(text, pattern, null, null, false);
    }

    public boolean matches(String value) {
        if (literals != null) {
            return literals.contains(value);
        }
        if (prefix != null) {
            return value.startsWith(prefix) && (restMayBeEmpty || value.length() > prefix.length());
        }
        return pattern == null || pattern.matches(value);
    }

    /// The expression as it was written.
    public String text() {
        return text;
    }

    /// Every value that matches, where the expression is a set of literals.
    public Optional<Set<String>> literals() {
        return Optional.ofNullable(literals);
    }

    /// What every matching value begins with, where that is all the expression asks for besides [#matches].
    public Optional<String> prefix() {
        return Optional.ofNullable(prefix);
    }

    private static @Nullable Set<String> literalsOf(String text) {
        var set = new LinkedHashSet<String>();
        for (String part : text.split("\\|", -1)) {
            if (!isLiteral(part)) {
                return null;
            }
            set.add(part);
        }
        return Set.copyOf(set);
    }

    private static boolean isLiteral(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (META.indexOf(text.charAt(i)) >= 0) {
                return false;
            }
        }
        return true;
    }
}
