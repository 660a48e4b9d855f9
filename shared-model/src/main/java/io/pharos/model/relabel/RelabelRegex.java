package io.pharos.model.relabel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.pharos.model.labels.BadRegexException;
import org.jspecify.annotations.Nullable;

/// A fully anchored RE2 expression whose groups fill templates, as Go's `Regexp.Expand` does. Two are equal when they
/// were written alike. Immutable, thread-safe.
public final class RelabelRegex {
    /// `(.*)`, what a rule without `regex` has.
    public static final RelabelRegex DEFAULT = compile("(.*)");

    private final String text;
    private final Pattern pattern;

    private RelabelRegex(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /// Compiles `text`; fails with [BadRegexException] in Go's words.
    public static RelabelRegex compile(String text) {
        try {
            Pattern.compile(text);
            return new RelabelRegex(text, Pattern.compile("^(?s:" + text + ")$"));
        } catch (PatternSyntaxException e) {
            throw new BadRegexException(e.getMessage() == null ? "error parsing regexp" : e.getMessage());
        }
    }

    /// The expression as it was written.
    public String text() {
        return text;
    }

    public boolean matches(String value) {
        return isDefault() || pattern.matches(value);
    }

    boolean isDefault() {
        return text.equals("(.*)");
    }

    /// The groups of `value`, or null where it does not match.
    @Nullable
    Groups match(String value) {
        if (isDefault()) {
            return new Groups(value, null);
        }
        Matcher matcher = pattern.matcher(value);
        return matcher.matches() ? new Groups(value, matcher) : null;
    }

    /// The groups of one match; `matcher` is null for the default expression, whose only group is the whole value.
    record Groups(String value, @Nullable Matcher matcher) {
        /// `template` with `$1`, `${1}`, `$name`, `${name}` filled in and `$$` for `$`. A name is the longest run of
        /// letters, digits and underscores; an unknown group is empty; a malformed `$` stands for itself.
        String expand(String template) {
            int dollar = template.indexOf('$');
            if (dollar < 0) {
                return template;
            }
            var out = new StringBuilder();
            int at = 0;
            while (dollar >= 0) {
                out.append(template, at, dollar);
                at = dollar + 1;
                if (at < template.length() && template.charAt(at) == '$') {
                    out.append('$');
                    at++;
                } else {
                    boolean brace = at < template.length() && template.charAt(at) == '{';
                    int start = brace ? at + 1 : at;
                    int end = start;
                    while (end < template.length() && isWord(template.codePointAt(end))) {
                        end += Character.charCount(template.codePointAt(end));
                    }
                    boolean closed = !brace || (end < template.length() && template.charAt(end) == '}');
                    if (end == start || !closed) {
                        out.append('$');
                    } else {
                        out.append(group(template.substring(start, end)));
                        at = brace ? end + 1 : end;
                    }
                }
                dollar = template.indexOf('$', at);
            }
            return out.append(template, at, template.length()).toString();
        }

        private static boolean isWord(int c) {
            return c == '_' || Character.isLetter(c) || Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
        }

        private String group(String name) {
            int number = numberOf(name);
            String found;
            if (matcher == null) {
                found = number == 0 || number == 1 ? value : null;
            } else if (number >= 0) {
                found = number <= matcher.groupCount() ? matcher.group(number) : null;
            } else {
                found = matcher.pattern().namedGroups().containsKey(name) ? matcher.group(name) : null;
            }
            return found == null ? "" : found;
        }

        /// The number that `name` is, −1 where it is a word: leading zeros and very long numbers are words.
        private static int numberOf(String name) {
            if (name.charAt(0) == '0' && name.length() > 1) {
                return -1;
            }
            int number = 0;
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                if (c < '0' || c > '9' || number >= 100_000_000) {
                    return -1;
                }
                number = number * 10 + c - '0';
            }
            return number;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RelabelRegex regex && text.equals(regex.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
