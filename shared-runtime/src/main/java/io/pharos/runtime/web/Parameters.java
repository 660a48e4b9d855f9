package io.pharos.runtime.web;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The parameters of a request: of its query string, and of a posted form, whose values come first. A name may have
/// several values. Immutable.
///
/// Readers fail with [ApiException] `BAD_DATA` and Prometheus' texts (`web/api/v1/api.go` of Prometheus 3.14).
public final class Parameters {
    /// The earliest and the latest time of the API in ms: what an absent `start` or `end` means.
    public static final long MIN_TIME_MS = (Long.MIN_VALUE / 1000 + 62_135_596_801L) * 1000;

    public static final long MAX_TIME_MS = (Long.MAX_VALUE / 1000 - 62_135_596_801L) * 1000 + 999;

    /// No parameters.
    public static final Parameters NONE = new Parameters(Map.of(), "");

    private static final String MIN_TIME_TEXT = "-292273086-05-16T16:47:06Z";
    private static final String MAX_TIME_TEXT = "292277025-08-18T07:12:54.999999999Z";

    /// Go's RFC 3339: four-digit year, `Z` or an offset, any fraction.
    private static final Pattern RFC3339 =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d{1,2}:\\d\\d:\\d\\d(?:[.,]\\d{1,9}\\d*)?(?:Z|[+-]\\d\\d:\\d\\d)");

    private final Map<String, List<String>> values;
    private final String encoded;

    private Parameters(Map<String, List<String>> values, String encoded) {
        this.values = values;
        this.encoded = encoded;
    }

    /// Of one or more encoded texts (`a=1&b=2`); values of the first ones come first. Pairs that are not
    /// encoded rightly are left out, as Go does.
    public static Parameters decode(String... encoded) {
        var values = new LinkedHashMap<String, List<String>>();
        for (String text : encoded) {
            for (String pair : text.split("&", -1)) {
                if (pair.isEmpty() || pair.indexOf(';') >= 0) {
                    continue;
                }
                int equals = pair.indexOf('=');
                try {
                    String name = unescape(equals < 0 ? pair : pair.substring(0, equals));
                    String value = equals < 0 ? "" : unescape(pair.substring(equals + 1));
                    values.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
                } catch (IllegalArgumentException e) {
                    continue;
                }
            }
        }
        return new Parameters(values, String.join("&", encoded));
    }

    private static String unescape(String text) {
        if (text.indexOf('%') < 0) {
            return text.replace('+', ' ');
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        var out = new byte[in.length];
        int n = 0;
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '%') {
                if (i + 2 >= in.length || hex(in[i + 1]) < 0 || hex(in[i + 2]) < 0) {
                    throw new IllegalArgumentException("invalid URL escape");
                }
                out[n++] = (byte) (hex(in[i + 1]) << 4 | hex(in[i + 2]));
                i += 2;
            } else {
                out[n++] = in[i] == '+' ? (byte) ' ' : in[i];
            }
        }
        return new String(out, 0, n, StandardCharsets.UTF_8);
    }

    private static int hex(byte c) {
        return c < 0 ? -1 : Character.digit(c, 16);
    }

    /// As they were sent, encoded.
    public String encoded() {
        return encoded;
    }

    /// Whether the name has a value, be it empty.
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /// The first value, `""` if there is none.
    public String text(String name) {
        List<String> all = values.get(name);
        return all == null ? "" : all.getFirst();
    }

    /// All values in their order.
    public List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /// A time in ms that must be given: unix seconds or RFC 3339.
    public long timeMs(String name) {
        try {
            return parseTimeMs(text(name));
        } catch (IllegalArgumentException e) {
            throw invalid(name, e);
        }
    }

    /// A time in ms, the default where it is absent or empty.
    public long timeMs(String name, long defaultMs) {
        String value = text(name);
        if (value.isEmpty()) {
            return defaultMs;
        }
        try {
            return parseTimeMs(value);
        } catch (IllegalArgumentException e) {
            throw invalid(
                    name, new IllegalArgumentException("invalid time value for '" + name + "': " + e.getMessage(), e));
        }
    }

    /// A duration in ns that must be given: seconds, or a Prometheus duration.
    public long durationNanos(String name) {
        try {
            return parseDurationNanos(text(name));
        } catch (IllegalArgumentException e) {
            throw invalid(name, e);
        }
    }

    /// `limit`: 0 where it is absent, which means none.
    public int limit() {
        String value = text("limit");
        if (value.isEmpty()) {
            return 0;
        }
        long limit;
        try {
            limit = parseInteger(value);
        } catch (NumberFormatException e) {
            throw invalid("limit", e);
        }
        if (limit < 0) {
            throw invalid("limit", new IllegalArgumentException("limit must be non-negative"));
        }
        return (int) Math.min(limit, Integer.MAX_VALUE);
    }

    /// The failure of a parameter: `invalid parameter "name": …`.
    public static ApiException invalid(String name, Exception reason) {
        return new ApiException(
                ApiError.BAD_DATA, "invalid parameter " + GoText.quote(name) + ": " + reason.getMessage(), reason);
    }

    /// `strconv.Atoi`; its texts on failure.
    public static long parseInteger(String value) {
        boolean digits = Pattern.matches("[+-]?[0-9]+", value);
        try {
            if (digits) {
                return Long.parseLong(value);
            }
        } catch (NumberFormatException e) {
            throw new NumberFormatException("strconv.Atoi: parsing " + GoText.quote(value) + ": value out of range");
        }
        throw new NumberFormatException("strconv.Atoi: parsing " + GoText.quote(value) + ": invalid syntax");
    }

    /// Unix seconds (fraction rounded to ms) or RFC 3339, in ms.
    public static long parseTimeMs(String value) {
        try {
            double seconds = GoText.parseFloat(value);
            double whole = seconds < 0 ? Math.ceil(seconds) : Math.floor(seconds);
            double fraction = seconds - whole;
            if (Double.isNaN(fraction)) {
                // What Go makes of infinities and NaN, in ms.
                return Long.MIN_VALUE / 1_000_000;
            }
            // Go's conversion of what does not fit yields the least number, and its products wrap around.
            long fits = Math.abs(whole) < 0x1p63 ? (long) whole : Long.MIN_VALUE;
            return fits * 1000 + Math.round(Math.abs(fraction) * 1000) * (fraction < 0 ? -1 : 1);
        } catch (NumberFormatException e) {
            // Not a number: a date, perhaps.
        }
        if (RFC3339.matcher(value).matches()) {
            try {
                TemporalAccessor at = DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(value.replace(',', '.'));
                return Instant.from(at).toEpochMilli();
            } catch (DateTimeException e) {
                // No such date.
            }
        }
        return switch (value) {
            case MIN_TIME_TEXT -> MIN_TIME_MS;
            case MAX_TIME_TEXT -> MAX_TIME_MS;
            default ->
                throw new IllegalArgumentException("cannot parse " + GoText.quote(value) + " to a valid timestamp");
        };
    }

    /// Seconds or a Prometheus duration, in ns.
    public static long parseDurationNanos(String value) {
        try {
            double nanos = GoText.parseFloat(value) * 1e9;
            if (nanos > 0x1p63 || nanos < -0x1p63) {
                throw new IllegalArgumentException(
                        "cannot parse " + GoText.quote(value) + " to a valid duration. It overflows int64");
            }
            return Double.isNaN(nanos) ? Long.MIN_VALUE : (long) nanos;
        } catch (NumberFormatException e) {
            // Not a number: a duration with units, perhaps.
        }
        try {
            return GoText.parsePromDuration(value) * 1_000_000;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot parse " + GoText.quote(value) + " to a valid duration", e);
        }
    }
}
