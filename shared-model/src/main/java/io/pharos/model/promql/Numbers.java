package io.pharos.model.promql;

import io.pharos.model.text.GoText;

/// The values of number and duration literals.
final class Numbers {
    private Numbers() {}

    /// As `strconv.ParseInt` of any base, else `strconv.ParseFloat`.
    static double number(String text) {
        if (text.endsWith("_")) {
            throw invalid(text);
        }
        boolean hex = text.startsWith("0x") || text.startsWith("0X");
        boolean octal = !hex && text.length() > 1 && text.charAt(0) == '0' && isDigits(text, "01234567_");
        if (hex) {
            try {
                return Long.parseLong(text.substring(2).replace("_", ""), 16);
            } catch (NumberFormatException e) {
                throw invalid(text);
            }
        }
        if (octal) {
            try {
                return Long.parseLong(text.replace("_", ""), 8);
            } catch (NumberFormatException e) {
                return GoText.parseFloat(text);
            }
        }
        boolean integer = isDigits(text, "0123456789_");
        if (integer && text.indexOf('_') > 0 && text.charAt(0) != '0') {
            try {
                return Long.parseLong(text.replace("_", ""));
            } catch (NumberFormatException e) {
                throw invalid(text);
            }
        }
        return GoText.parseFloat(text);
    }

    private static boolean isDigits(String text, String allowed) {
        for (int i = 0; i < text.length(); i++) {
            if (allowed.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static NumberFormatException invalid(String text) {
        return new NumberFormatException("strconv.ParseFloat: parsing " + GoText.quote(text) + ": invalid syntax");
    }

    /// A duration literal in seconds.
    static double duration(String text) {
        try {
            long ms = GoText.parsePromDuration(text);
            return ms / 1000 + ms % 1000 * 1_000_000 / 1e9;
        } catch (IllegalArgumentException e) {
            throw new NumberFormatException(e.getMessage());
        }
    }
}
