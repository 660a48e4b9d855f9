package io.pharos.model.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/// What a YAML scalar means to Go's library (`go.yaml.in/yaml`, versions 2 and 3), which differs from the YAML here.
final class GoScalar {
    private static final Set<String> TRUE = Set.of("true", "yes", "on", "y");
    private static final Set<String> FALSE = Set.of("false", "no", "off", "n");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.\\d+|\\d+(\\.\\d*)?)([eE][-+]?\\d+)?");
    private static final Pattern BASE_60 = Pattern.compile("[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d?-\\d\\d?([Tt ].*)?");

    private GoScalar() {}

    static boolean isNull(ScalarNode node) {
        if (node.getScalarStyle() != DumperOptions.ScalarStyle.PLAIN) {
            return false;
        }
        String v = node.getValue();
        return v.isEmpty() || v.equals("~") || v.equals("null") || v.equals("Null") || v.equals("NULL");
    }

    private static boolean isPlain(ScalarNode node) {
        return node.getScalarStyle() == DumperOptions.ScalarStyle.PLAIN;
    }

    /// The truth of a plain word in lower case, upper case or capitalised.
    static Optional<Boolean> truth(ScalarNode node) {
        return isPlain(node) ? truth(node.getValue()) : Optional.empty();
    }

    private static Optional<Boolean> truth(String v) {
        String lower = v.toLowerCase(Locale.ROOT);
        boolean cased = v.equals(lower)
                || v.equals(v.toUpperCase(Locale.ROOT))
                || v.equals(lower.substring(0, Math.min(1, lower.length())).toUpperCase(Locale.ROOT)
                        + lower.substring(Math.min(1, lower.length())));
        if (cased && TRUE.contains(lower)) {
            return Optional.of(true);
        }
        return cased && FALSE.contains(lower) ? Optional.of(false) : Optional.empty();
    }

    /// The whole number a plain scalar is: decimal, `0x`, `0o`, `0b`, octal with a leading zero, underscores; a
    /// float is cut.
    static Optional<Long> whole(ScalarNode node) {
        return isPlain(node) ? whole(node.getValue()) : Optional.empty();
    }

    private static Optional<Long> whole(String text) {
        String v = text.replace("_", "");
        String digits = v.startsWith("-") || v.startsWith("+") ? v.substring(1) : v;
        if (!digits.isEmpty() && Character.isDigit(digits.charAt(0)) && digits.length() < 70) {
            String lower = digits.toLowerCase(Locale.ROOT);
            int radix = lower.startsWith("0x")
                    ? 16
                    : lower.startsWith("0b") ? 2 : lower.startsWith("0o") || lower.matches("0[0-7]+") ? 8 : 10;
            int skip = radix == 10 ? 0 : radix == 8 && !lower.startsWith("0o") ? 1 : 2;
            try {
                long n = Long.parseLong(lower.substring(skip), radix);
                return Optional.of(v.startsWith("-") ? -n : n);
            } catch (NumberFormatException _) {
                // Perhaps a float.
            }
        }
        return fraction(text).filter(d -> Math.abs(d) <= 0x1p63).map(Double::longValue);
    }

    static Optional<Double> fraction(ScalarNode node) {
        return isPlain(node) ? fraction(node.getValue()) : Optional.empty();
    }

    private static Optional<Double> fraction(String text) {
        switch (text.toLowerCase(Locale.ROOT)) {
            case ".inf", "+.inf" -> {
                return Optional.of(Double.POSITIVE_INFINITY);
            }
            case "-.inf" -> {
                return Optional.of(Double.NEGATIVE_INFINITY);
            }
            case ".nan" -> {
                return Optional.of(Double.NaN);
            }
            default -> {
                String v = text.replace("_", "");
                return FLOAT.matcher(v).matches() ? Optional.of(Double.parseDouble(v)) : Optional.empty();
            }
        }
    }

    /// What the scalar is where nothing says what it should be.
    static Tree tree(ScalarNode node) {
        if (!isPlain(node) || node.getTag().equals(Tag.STR) && node.getValue().isEmpty()) {
            return new Tree.Text(node.getValue());
        }
        if (isNull(node)) {
            return new Tree.Nothing();
        }
        Optional<Boolean> truth = truth(node.getValue());
        if (truth.isPresent()) {
            return new Tree.Truth(truth.get());
        }
        if (node.getValue().matches("[-+]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0o?[0-7_]+|[0-9][0-9_]*)")) {
            Optional<Long> whole = whole(node.getValue());
            if (whole.isPresent()) {
                return new Tree.Whole(whole.get());
            }
        }
        Optional<Double> fraction = fraction(node.getValue());
        return fraction.isPresent() ? new Tree.Fraction(fraction.get()) : new Tree.Text(node.getValue());
    }

    /// Whether a plain scalar of this text would be read as something else than text, so that it must be quoted.
    static boolean needsQuotes(String v) {
        return v.isEmpty()
                || v.equals("~")
                || v.equals("null")
                || v.equals("Null")
                || v.equals("NULL")
                || v.equals("<<")
                || truth(v).isPresent()
                || Character.isDigit(v.charAt(0)) && whole(v).isPresent()
                || (v.charAt(0) == '-' || v.charAt(0) == '+' || v.charAt(0) == '.')
                        && fraction(v).isPresent()
                || v.length() > 1 && (v.charAt(0) == '-' || v.charAt(0) == '+') && whole(v).isPresent()
                || fraction(v).isPresent()
                || BASE_60.matcher(v).matches()
                || TIME.matcher(v).matches();
    }
}
