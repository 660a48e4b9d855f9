package io.pharos.model.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Replaces `$VAR`, `${VAR}` and `$$` as Go's `os.Expand` does; an unset variable is empty and remembered for a
/// warning.
final class Environment {
    private final Function<String, @Nullable String> variables;
    private final List<String> unset = new ArrayList<>();

    Environment(Function<String, @Nullable String> variables) {
        this.variables = variables;
    }

    List<String> unset() {
        return List.copyOf(unset);
    }

    String expand(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '$' || i + 1 == text.length()) {
                out.append(text.charAt(i));
                continue;
            }
            String name = nameAt(text, i + 1);
            boolean braces = text.charAt(i + 1) == '{';
            if (name.isEmpty() && !braces) {
                // Go leaves a `$` before something that names nothing.
                out.append('$');
                continue;
            }
            i += braces ? name.length() + 2 : name.length();
            out.append(valueOf(name));
        }
        return out.toString();
    }

    private static String nameAt(String text, int at) {
        if (text.charAt(at) == '{') {
            int end = text.indexOf('}', at);
            return end < 0 ? "" : text.substring(at + 1, end);
        }
        char first = text.charAt(at);
        if ("*#$@!?-0123456789".indexOf(first) >= 0) {
            return text.substring(at, at + 1);
        }
        int end = at;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        return text.substring(at, end);
    }

    private String valueOf(String name) {
        if (name.equals("$")) {
            return "$";
        }
        String value = variables.apply(name);
        if (value == null) {
            unset.add(name);
            return "";
        }
        return value;
    }
}
