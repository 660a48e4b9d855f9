package io.pharos.model.template;

import java.util.Locale;

/// Upper, lower and title case, rune by rune as Go's `strings` has them.
final class Cases {
    private Cases() {}

    static String upper(String text) {
        return text.codePoints()
                .map(Character::toUpperCase)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    static String lower(String text) {
        return text.codePoints()
                .map(Character::toLowerCase)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /// Unicode's title case: the first cased letter of each word, the rest in lower case. An apostrophe, `.`,
    /// `:` or `·` between letters, and `_`, do not part words.
    static String title(String text) {
        int[] runes = text.codePoints().toArray();
        var out = new StringBuilder(text.length());
        boolean started = false;
        for (int i = 0; i < runes.length; i++) {
            int c = runes[i];
            if (isWord(c)) {
                boolean cased =
                        Character.isLowerCase(c) || Character.toUpperCase(c) != c || Character.toLowerCase(c) != c;
                if (started) {
                    out.appendCodePoint(Character.toLowerCase(c));
                } else {
                    out.append(titled(c));
                }
                started |= cased;
            } else {
                boolean inside = "'.:·’‘․".indexOf(c) >= 0
                        && i > 0
                        && i + 1 < runes.length
                        && Character.isLetter(runes[i - 1])
                        && Character.isLetter(runes[i + 1]);
                if (!inside) {
                    started = false;
                }
                out.appendCodePoint(c);
            }
        }
        return out.toString();
    }

    /// One that becomes several, such as `ß`, is `Ss`.
    private static String titled(int c) {
        String upper = Character.toString(c).toUpperCase(Locale.ROOT);
        return Character.toUpperCase(c) == c && upper.codePointCount(0, upper.length()) > 1
                ? upper.charAt(0) + upper.substring(1).toLowerCase(Locale.ROOT)
                : Character.toString(Character.toTitleCase(c));
    }

    private static boolean isWord(int c) {
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c)
                || type == Character.CONNECTOR_PUNCTUATION
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }
}
