package io.pharos.model.alert;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.pharos.model.labels.BadRegexException;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.text.GoText;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A condition of `alertmanager.yml`, a silence or a filter on one label's value. A label that an alert lacks
/// counts as `""`.
///
/// Unlike a selector's [Matcher], `.` does not match a newline: Alertmanager anchors with `^(?:RE)$`
/// (`pkg/labels/matcher.go`). Its order is that of route keys: name, value, then `=`, `!=`, `=~`, `!~`. Immutable,
/// thread-safe.
public final class AlertMatcher implements Comparable<AlertMatcher> {
    private static final Comparator<AlertMatcher> ORDER = Comparator.comparing(AlertMatcher::name, Labels.NAME_ORDER)
            .thenComparing(AlertMatcher::value, Labels.NAME_ORDER)
            .thenComparing(AlertMatcher::type);
    private static final String META = "\\.+*?()|[]{}^$";

    private final Matcher.Type type;
    private final String name;
    private final String value;
    private final @Nullable Pattern pattern;
    private final @Nullable Set<String> literals;

    /// Fails with [BadRegexException], in Go's words about the anchored expression, where `value` is to be one and
    /// is not.
    public AlertMatcher(Matcher.Type type, String name, String value) {
        this.type = type;
        this.name = name;
        this.value = value;
        boolean regex = type == Matcher.Type.REGEX || type == Matcher.Type.NOT_REGEX;
        this.literals = regex ? literalsOf(value) : null;
        this.pattern = regex && literals == null ? compile("^(?:" + value + ")$") : null;
    }

    public static AlertMatcher equal(String name, String value) {
        return new AlertMatcher(Matcher.Type.EQUAL, name, value);
    }

    public static AlertMatcher regex(String name, String value) {
        return new AlertMatcher(Matcher.Type.REGEX, name, value);
    }

    private static Pattern compile(String anchored) {
        try {
            return Pattern.compile(anchored);
        } catch (PatternSyntaxException e) {
            String message = e.getMessage();
            throw new BadRegexException(message == null ? "error parsing regexp: `" + anchored + "`" : message);
        }
    }

    private static @Nullable Set<String> literalsOf(String text) {
        String[] parts = text.split("\\|", -1);
        for (String part : parts) {
            if (part.chars().anyMatch(c -> META.indexOf(c) >= 0)) {
                return null;
            }
        }
        return Set.of(
                parts.length == 1 ? parts : Arrays.stream(parts).distinct().toArray(String[]::new));
    }

    public Matcher.Type type() {
        return type;
    }

    public String name() {
        return name;
    }

    public String value() {
        return value;
    }

    public boolean isRegex() {
        return type == Matcher.Type.REGEX || type == Matcher.Type.NOT_REGEX;
    }

    /// Whether it asks for agreement: `=` or `=~`.
    public boolean isPositive() {
        return type == Matcher.Type.EQUAL || type == Matcher.Type.REGEX;
    }

    public boolean matches(String text) {
        return switch (type) {
            case EQUAL -> text.equals(value);
            case NOT_EQUAL -> !text.equals(value);
            case REGEX -> matchesExpression(text);
            case NOT_REGEX -> !matchesExpression(text);
        };
    }

    private boolean matchesExpression(String text) {
        return literals != null
                ? literals.contains(text)
                : Objects.requireNonNull(pattern, "bug: a regex matcher without its regex")
                        .matches(text);
    }

    public boolean matches(Labels labels) {
        return matches(labels.get(name));
    }

    /// Whether every one of `matchers` matches.
    public static boolean allMatch(Iterable<AlertMatcher> matchers, Labels labels) {
        for (AlertMatcher matcher : matchers) {
            if (!matcher.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(AlertMatcher other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AlertMatcher m && type == m.type && name.equals(m.name) && value.equals(m.value);
    }

    @Override
    public int hashCode() {
        return (type.ordinal() * 31 + name.hashCode()) * 31 + value.hashCode();
    }

    /// `job="a"`, as route keys and `amtool` print it. A name with spaces or syntax in it is quoted as Go quotes
    /// it, and so is its value.
    @Override
    public String toString() {
        if (name.codePoints().anyMatch(MatcherParser::isReserved)) {
            return GoText.quote(name) + type.symbol() + GoText.quote(value);
        }
        var out = new StringBuilder(name).append(type.symbol()).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '"' -> out.append("\\\"");
                default -> out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
