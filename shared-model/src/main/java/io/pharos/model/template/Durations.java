package io.pharos.model.template;

import io.pharos.model.text.GoText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads Prometheus' durations.
final class Durations {
    private static final Pattern FORM =
            Pattern.compile("(?:(\\d+)y)?(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
    private static final long[] UNITS_MS = {365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1};

    private Durations() {}

    /// Seconds; a leading `-` is allowed.
    static double seconds(String text) {
        boolean negative = text.startsWith("-");
        String body = negative ? text.substring(1) : text;
        if (body.isEmpty()) {
            throw new TemplateException("empty duration string");
        }
        if (body.equals("0")) {
            return 0;
        }
        Matcher matcher = FORM.matcher(body);
        if (!matcher.matches()) {
            throw new TemplateException("not a valid duration string: " + GoText.quote(body));
        }
        long ms = 0;
        try {
            for (int i = 0; i < UNITS_MS.length; i++) {
                if (matcher.group(i + 1) != null) {
                    ms = Math.addExact(ms, Math.multiplyExact(Long.parseLong(matcher.group(i + 1)), UNITS_MS[i]));
                }
            }
            Math.multiplyExact(ms, 1_000_000L);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new TemplateException("duration out of range");
        }
        return (negative ? -ms : ms) / 1000.0;
    }
}
