package io.pharos.model.template;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.pharos.model.text.GoText;

/// What the functions of rules and of notifications have in common.
final class SharedFunctions {
    private static final String[] SMALL = {"m", "u", "n", "p", "f", "a", "z", "y"};
    private static final String[] LARGE = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
    private static final String[] BINARY = {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};

    private SharedFunctions() {}

    /// A number, or the text of one, or a duration as seconds.
    static double number(Object value) {
        return switch (value) {
            case Double d -> d;
            case Long n -> n;
            case String s -> {
                try {
                    yield GoText.parseFloat(s);
                } catch (NumberFormatException e) {
                    throw new TemplateException(
                            e.getMessage() == null ? "not a number: " + GoText.quote(s) : e.getMessage());
                }
            }
            case GoInt n when n.typeName().equals(GoInt.DURATION) -> n.value() / 1e9;
            case GoInt n when !n.hasText() -> n.value();
            default -> throw new TemplateException("can't convert " + Kinds.typeName(value) + " to float");
        };
    }

    private static String four(double v) {
        return GoFormat.sprintf("%.4g", v);
    }

    private static boolean unusual(double v) {
        return Double.isNaN(v) || Double.isInfinite(v);
    }

    static String humanize(double number) {
        double v = number;
        if (v == 0 || unusual(v)) {
            return four(v);
        }
        String unit = "";
        if (Math.abs(v) >= 1) {
            for (int i = 0; i < LARGE.length && Math.abs(v) >= 1000; i++) {
                unit = LARGE[i];
                v /= 1000;
            }
        } else {
            for (int i = 0; i < SMALL.length && Math.abs(v) < 1; i++) {
                unit = SMALL[i];
                v *= 1000;
            }
        }
        return four(v) + unit;
    }

    static String humanize1024(double number) {
        double v = number;
        if (Math.abs(v) <= 1 || unusual(v)) {
            return four(v);
        }
        String unit = "";
        for (int i = 0; i < BINARY.length && Math.abs(v) >= 1024; i++) {
            unit = BINARY[i];
            v /= 1024;
        }
        return four(v) + unit;
    }

    static String humanizeDuration(double seconds) {
        double v = seconds;
        if (unusual(v)) {
            return four(v);
        }
        if (v == 0) {
            return four(v) + "s";
        }
        if (Math.abs(v) >= 1) {
            String sign = v < 0 ? "-" : "";
            v = Math.abs(v);
            long whole = (long) v;
            long second = whole % 60;
            long minute = whole / 60 % 60;
            long hour = whole / 3600 % 24;
            long day = whole / 86400;
            if (day != 0) {
                return sign + day + "d " + hour + "h " + minute + "m " + second + "s";
            }
            if (hour != 0) {
                return sign + hour + "h " + minute + "m " + second + "s";
            }
            if (minute != 0) {
                return sign + minute + "m " + second + "s";
            }
            return sign + four(v) + "s";
        }
        String unit = "";
        for (int i = 0; i < SMALL.length && Math.abs(v) < 1; i++) {
            unit = SMALL[i];
            v *= 1000;
        }
        return four(v) + unit + "s";
    }

    static String humanizePercentage(double v) {
        return four(v * 100) + "%";
    }

    static Pattern pattern(Object text) {
        try {
            return Pattern.compile((String) text);
        } catch (PatternSyntaxException e) {
            throw new TemplateException(e.getMessage() == null ? "error parsing regexp" : e.getMessage());
        }
    }

    static boolean matches(Object pattern, Object text) {
        return pattern(pattern).matcher((String) text).find();
    }

    /// `Regexp.ReplaceAllString`.
    static String replaceAll(Object expression, Object replacement, Object source) {
        String text = (String) source;
        Matcher matcher;
        try {
            matcher = pattern(expression).matcher(text);
        } catch (TemplateException e) {
            throw new TemplateException("regexp: Compile(" + GoFormat.sprintf("%#q", expression) + "): " + e.text());
        }
        var out = new StringBuilder();
        int copied = 0;
        int from = 0;
        while (from <= text.length() && matcher.find(from)) {
            out.append(text, copied, matcher.start());
            // An empty match right behind another match is none.
            if (matcher.end() > copied || matcher.start() == 0) {
                expand((String) replacement, matcher, out);
            }
            copied = matcher.end();
            int width = from < text.length() ? Character.charCount(text.codePointAt(from)) : 1;
            from = Math.max(matcher.end(), from + width > matcher.end() ? from + width : from);
        }
        if (copied < text.length()) {
            out.append(text, copied, text.length());
        }
        return out.toString();
    }

    /// `$1`, `${1}`, `$name`, `$$`; unknown groups are empty.
    private static void expand(String template, Matcher matcher, StringBuilder out) {
        int at = 0;
        while (at < template.length()) {
            int dollar = template.indexOf('$', at);
            if (dollar < 0 || dollar + 1 == template.length()) {
                break;
            }
            out.append(template, at, dollar);
            at = dollar + 1;
            if (template.charAt(at) == '$') {
                out.append('$');
                at++;
                continue;
            }
            boolean braces = template.charAt(at) == '{';
            int start = braces ? at + 1 : at;
            int end = start;
            while (end < template.length() && isWord(template.codePointAt(end))) {
                end += Character.charCount(template.codePointAt(end));
            }
            if (end == start || braces && (end == template.length() || template.charAt(end) != '}')) {
                out.append('$');
                continue;
            }
            out.append(group(matcher, template.substring(start, end)));
            at = braces ? end + 1 : end;
        }
        out.append(template, at, template.length());
    }

    private static boolean isWord(int c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private static String group(Matcher matcher, String name) {
        String text = null;
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            if (name.length() < 6 && Integer.parseInt(name) <= matcher.groupCount()) {
                text = matcher.group(Integer.parseInt(name));
            }
        } else {
            try {
                text = matcher.group(name);
            } catch (IllegalArgumentException e) {
                // A group that the expression lacks is empty.
                return "";
            }
        }
        return text == null ? "" : text;
    }
}
