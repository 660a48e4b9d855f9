package io.pharos.query.api;

import io.pharos.model.labels.Labels;

/// Names of metrics and labels in the forms that clients without UTF-8 names understand (`model/metric.go` of
/// prometheus/common).
enum EscapedNames {
    ALLOW_UTF8("allow-utf-8"),
    UNDERSCORES("underscores"),
    DOTS("dots"),
    VALUES("values");

    private final String word;

    EscapedNames(String word) {
        this.word = word;
    }

    /// The word in `escaping=…`.
    String word() {
        return word;
    }

    String encode(String name) {
        if (this == ALLOW_UTF8 || this != DOTS && isLegacy(name)) {
            return name;
        }
        var out = new StringBuilder(this == VALUES ? "U__" : "");
        for (int i = 0; i < name.length(); ) {
            int c = name.codePointAt(i);
            boolean plain = isLegacy(c, i == 0);
            switch (this) {
                case ALLOW_UTF8 -> {}
                case UNDERSCORES -> out.appendCodePoint(plain ? c : '_');
                case DOTS -> out.append(c == '_' ? "__" : c == '.' ? "_dot_" : plain ? Character.toString(c) : "__");
                case VALUES ->
                    out.append(c == '_' ? "__" : plain ? Character.toString(c) : "_" + Integer.toHexString(c) + "_");
            }
            i += Character.charCount(c);
        }
        return out.toString();
    }

    /// Reads a name of the form `U__…`; one that is not formed rightly is taken as it stands.
    static String decode(String escaped) {
        var out = new StringBuilder();
        for (int i = "U__".length(); i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '_') {
                out.append(c);
                continue;
            }
            int end = escaped.indexOf('_', i + 1);
            if (end < 0) {
                return escaped;
            }
            if (end == i + 1) {
                out.append('_');
            } else {
                try {
                    int rune = Integer.parseInt(escaped, i + 1, end, 16);
                    if (end - i > 7 || !Character.isValidCodePoint(rune) || rune >= 0xD800 && rune < 0xE000) {
                        return escaped;
                    }
                    out.appendCodePoint(rune);
                } catch (NumberFormatException e) {
                    return escaped;
                }
            }
            i = end;
        }
        return out.toString();
    }

    private static boolean isLegacy(String name) {
        return Labels.isLegacyMetricName(name);
    }

    private static boolean isLegacy(int c, boolean first) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || !first && c >= '0' && c <= '9';
    }
}
