package io.pharos.model.template;

import io.pharos.model.text.GoText;
import java.util.LinkedHashMap;
import java.util.Map;

/// An integer whose type is not `int`: a duration in nanoseconds, a month, a weekday, a byte of a string.
public record GoInt(String typeName, long value) implements GoValue {
    static final String DURATION = "time.Duration";
    static final String MONTH = "time.Month";
    static final String WEEKDAY = "time.Weekday";

    private static final String[] MONTHS = {
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December"
    };
    private static final String[] WEEKDAYS = {
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"
    };

    public static GoInt duration(long nanos) {
        return new GoInt(DURATION, nanos);
    }

    static GoInt month(int oneToTwelve) {
        return new GoInt(MONTH, oneToTwelve);
    }

    static GoInt weekday(int fromSunday) {
        return new GoInt(WEEKDAY, fromSunday);
    }

    static GoInt int64(long value) {
        return new GoInt("int64", value);
    }

    static String monthName(int oneToTwelve) {
        return MONTHS[oneToTwelve - 1];
    }

    static String weekdayName(int fromSunday) {
        return WEEKDAYS[fromSunday];
    }

    boolean unsigned() {
        return typeName.startsWith("uint");
    }

    boolean hasText() {
        return typeName.startsWith("time.");
    }

    /// What `String()` answers.
    String text() {
        return switch (typeName) {
            case DURATION -> GoText.duration(value);
            case MONTH -> value >= 1 && value <= 12 ? monthName((int) value) : "%!Month(" + value + ")";
            case WEEKDAY -> value >= 0 && value < 7 ? weekdayName((int) value) : "%!Weekday(" + value + ")";
            default -> Long.toString(value);
        };
    }

    @Override
    public Map<String, GoFunction> methods() {
        if (!hasText()) {
            return Map.of();
        }
        var methods = new LinkedHashMap<String, GoFunction>();
        methods.put("String", GoFunction.of(_ -> text()));
        if (typeName.equals(DURATION)) {
            methods.put("Hours", GoFunction.of(_ -> inUnits(3_600_000_000_000L)));
            methods.put("Minutes", GoFunction.of(_ -> inUnits(60_000_000_000L)));
            methods.put("Seconds", GoFunction.of(_ -> inUnits(1_000_000_000L)));
            methods.put("Milliseconds", GoFunction.of(_ -> int64(value / 1_000_000)));
            methods.put("Microseconds", GoFunction.of(_ -> int64(value / 1_000)));
            methods.put("Nanoseconds", GoFunction.of(_ -> int64(value)));
            methods.put(
                    "Abs", GoFunction.of(_ -> duration(value == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(value))));
            methods.put("Truncate", GoFunction.of(args -> duration(truncate(nanos(args[0]))), GoType.DURATION));
            methods.put("Round", GoFunction.of(args -> duration(round(nanos(args[0]))), GoType.DURATION));
        }
        return methods;
    }

    static long nanos(Object duration) {
        return ((GoInt) duration).value;
    }

    private double inUnits(long unit) {
        return value / unit + (double) (value % unit) / unit;
    }

    private long truncate(long unit) {
        return unit <= 0 ? value : value - value % unit;
    }

    private long round(long unit) {
        if (unit <= 0) {
            return value;
        }
        long rest = Math.abs(value % unit);
        long down = value - value % unit;
        return rest + rest < unit ? down : value < 0 ? down - unit : down + unit;
    }
}
