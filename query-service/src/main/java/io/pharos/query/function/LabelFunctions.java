package io.pharos.query.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.pharos.model.labels.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Functions of labels: `label_replace`, `label_join`, the orders of `sort_by_label`, and the labels of `absent`.
public final class LabelFunctions {
    private LabelFunctions() {}

    /// `label_replace`: the changed labels, or null where the expression does not match.
    public static java.util.function.Function<Labels, @Nullable Labels> replace(
            String target, String replacement, String source, String regex) {
        Pattern pattern;
        try {
            Pattern.compile(regex);
            pattern = Pattern.compile("^(?s:" + regex + ")$");
        } catch (PatternSyntaxException e) {
            throw new EvaluationException("invalid regular expression in label_replace(): " + regex);
        }
        if (!isLabelName(target)) {
            throw new EvaluationException("invalid destination label name in label_replace(): " + target);
        }
        return labels -> {
            String value = labels.get(source);
            Matcher matcher = pattern.matcher(value);
            return matcher.find() ? labels.with(target, expand(replacement, matcher, pattern)) : null;
        };
    }

    /// `label_join`.
    public static UnaryOperator<Labels> join(String target, String separator, List<String> sources) {
        for (String source : sources) {
            if (!isLabelName(source)) {
                throw new EvaluationException("invalid source label name in label_join(): " + source);
            }
        }
        if (!isLabelName(target)) {
            throw new EvaluationException("invalid destination label name in label_join(): " + target);
        }
        return labels -> {
            var values = new ArrayList<String>();
            for (String source : sources) {
                values.add(labels.get(source));
            }
            return labels.with(target, String.join(separator, values));
        };
    }

    /// Whether `name` may be a label's name: valid UTF-8 and not empty.
    public static boolean isLabelName(String name) {
        return !name.isEmpty()
                && name.chars().noneMatch(c -> c == 0xFFFD)
                && name.codePoints().noneMatch(c -> c >= 0xD800 && c < 0xE000);
    }

    /// Go's `Regexp.Expand`: `$1`, `${1}`, `$name`, `${name}`, `$$`; unknown groups are empty.
    static String expand(String template, Matcher matcher, Pattern pattern) {
        var out = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            int dollar = template.indexOf('$', at);
            if (dollar < 0) {
                break;
            }
            out.append(template, at, dollar);
            if (dollar + 1 < template.length() && template.charAt(dollar + 1) == '$') {
                out.append('$');
                at = dollar + 2;
                continue;
            }
            boolean braced = dollar + 1 < template.length() && template.charAt(dollar + 1) == '{';
            int start = dollar + (braced ? 2 : 1);
            int end = start;
            while (end < template.length() && isWord(template.charAt(end))) {
                end++;
            }
            boolean valid = end > start && (!braced || end < template.length() && template.charAt(end) == '}');
            if (!valid) {
                out.append('$');
                at = dollar + 1;
                continue;
            }
            out.append(group(template.substring(start, end), matcher, pattern));
            at = braced ? end + 1 : end;
        }
        return out.append(template, Math.min(at, template.length()), template.length())
                .toString();
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private static String group(String name, Matcher matcher, Pattern pattern) {
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            if (name.length() > 8 || name.length() > 1 && name.charAt(0) == '0') {
                return "";
            }
            int number = Integer.parseInt(name);
            String text = number <= matcher.groupCount() ? matcher.group(number) : null;
            return text == null ? "" : text;
        }
        Integer index = pattern.namedGroups().get(name);
        String text = index == null ? null : matcher.group(index);
        return text == null ? "" : text;
    }

    /// The order of `sort_by_label`: each label's values in natural order, then the whole set.
    public static Comparator<Labels> order(List<String> names) {
        return (a, b) -> {
            for (String name : names) {
                String x = a.get(name);
                String y = b.get(name);
                if (!x.equals(y)) {
                    return natural(x, y) ? -1 : 1;
                }
            }
            return a.compareTo(b);
        };
    }

    /// Whether `a` comes before `b`: runs of digits compare as numbers, all else by bytes.
    static boolean natural(String a, String b) {
        List<String> x = runs(a);
        List<String> y = runs(b);
        for (int i = 0; i < x.size(); i++) {
            if (i >= y.size()) {
                return false;
            }
            String p = x.get(i);
            String q = y.get(i);
            if (p.equals(q)) {
                continue;
            }
            boolean bothNumbers = isDigit(p.charAt(0)) && isDigit(q.charAt(0));
            if (bothNumbers) {
                int order = new java.math.BigInteger(p).compareTo(new java.math.BigInteger(q));
                if (order != 0) {
                    return order < 0;
                }
                continue;
            }
            return Labels.NAME_ORDER.compare(p, q) < 0;
        }
        return x.size() < y.size();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static List<String> runs(String text) {
        var runs = new ArrayList<String>();
        int start = 0;
        for (int i = 1; i <= text.length(); i++) {
            if (i == text.length() || isDigit(text.charAt(i)) != isDigit(text.charAt(start))) {
                runs.add(text.substring(start, i));
                start = i;
            }
        }
        return runs;
    }
}
