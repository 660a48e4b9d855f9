package io.pharos.model.labels;

import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A condition on one label's value. A label that a series lacks counts as `""`.
///
/// Regular expressions are RE2, anchored at both ends, `.` matches newline; one that does not compile fails the
/// constructor with [BadRegexException]. Immutable, thread-safe.
public final class Matcher {
    /// How a matcher compares.
    public enum Type {
        EQUAL("="),
        NOT_EQUAL("!="),
        REGEX("=~"),
        NOT_REGEX("!~");

        private final String symbol;

        Type(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }
    }

    private final Type type;
    private final String name;
    private final String value;
    private final @Nullable FastRegex regex;

    public Matcher(Type type, String name, String value) {
        this.type = type;
        this.name = name;
        this.value = value;
        this.regex = type == Type.REGEX || type == Type.NOT_REGEX ? FastRegex.compile(value) : null;
    }

    public static Matcher equal(String name, String value) {
        return new Matcher(Type.EQUAL, name, value);
    }

    public static Matcher notEqual(String name, String value) {
        return new Matcher(Type.NOT_EQUAL, name, value);
    }

    public static Matcher regex(String name, String value) {
        return new Matcher(Type.REGEX, name, value);
    }

    public static Matcher notRegex(String name, String value) {
        return new Matcher(Type.NOT_REGEX, name, value);
    }

    public Type type() {
        return type;
    }

    public String name() {
        return name;
    }

    public String value() {
        return value;
    }

    /// The compiled expression of a `=~` or `!~` matcher, null for the other two.
    public @Nullable FastRegex regex() {
        return regex;
    }

    public boolean matches(String text) {
        return switch (type) {
            case EQUAL -> text.equals(value);
            case NOT_EQUAL -> !text.equals(value);
            case REGEX -> compiled().matches(text);
            case NOT_REGEX -> !compiled().matches(text);
        };
    }

    /// Like [#matches(String)], for the UTF-8 of a value.
    public boolean matches(byte[] utf8, int from, int length) {
        return switch (type) {
            case EQUAL, NOT_EQUAL -> matches(new String(utf8, from, length, StandardCharsets.UTF_8));
            case REGEX -> compiled().matches(utf8, from, length);
            case NOT_REGEX -> !compiled().matches(utf8, from, length);
        };
    }

    private FastRegex compiled() {
        return Objects.requireNonNull(regex, "bug: a regex matcher without its regex");
    }

    public boolean matches(Labels labels) {
        return matches(labels.get(name));
    }

    /// Whether series that lack the label are selected.
    public boolean matchesEmpty() {
        return matches("");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Matcher m && type == m.type && name.equals(m.name) && value.equals(m.value);
    }

    @Override
    public int hashCode() {
        return (type.hashCode() * 31 + name.hashCode()) * 31 + value.hashCode();
    }

    /// `job="a"` as Prometheus prints a matcher.
    @Override
    public String toString() {
        return (Labels.isLegacyName(name) ? name : GoText.quote(name)) + type.symbol + GoText.quote(value);
    }
}
