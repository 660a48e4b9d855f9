package io.pharos.model.alert;

import java.time.Instant;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneRulesException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/// One specification of a `time_intervals` entry: it holds an instant when every field present does, and a field
/// does when any of its ranges does. A field that is absent holds everything, an empty one nothing
/// (`timeinterval/timeinterval.go`, Alertmanager 0.34).
///
/// @param times minutes of the day, the end excluded
/// @param weekdays 0 is Sunday
/// @param daysOfMonth 1 to 31, or −31 to −1 counted from the month's end
/// @param months from 1; numbers above 12 are never reached
/// @param zone `location`, UTC where absent
public record TimeInterval(
        Optional<List<Range>> times,
        Optional<List<Range>> weekdays,
        Optional<List<Range>> daysOfMonth,
        Optional<List<Range>> months,
        Optional<List<Range>> years,
        Optional<ZoneId> zone) {
    private static final List<String> WEEKDAYS =
            List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");
    private static final List<String> MONTHS = List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");

    /// From `begin` to `end`: both included, but for times of day.
    public record Range(int begin, int end) {
        boolean holds(int n) {
            return n >= begin && n <= end;
        }
    }

    /// Holds every instant.
    public static final TimeInterval ALWAYS = new TimeInterval(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /// Whether `at`, told in this interval's zone, is within.
    public boolean contains(Instant at) {
        ZonedDateTime local = at.atZone(zone.orElse(ZoneOffset.UTC));
        int minute = local.getHour() * 60 + local.getMinute();
        int daysInMonth = YearMonth.from(local).lengthOfMonth();
        return any(times, range -> minute >= range.begin() && minute < range.end())
                && any(daysOfMonth, range -> holdsDay(range, local.getDayOfMonth(), daysInMonth))
                && any(months, range -> range.holds(local.getMonthValue()))
                && any(weekdays, range -> range.holds(local.getDayOfWeek().getValue() % 7))
                && any(years, range -> range.holds(local.getYear()));
    }

    private static boolean any(Optional<List<Range>> field, Predicate<Range> holds) {
        return field.isEmpty() || field.get().stream().anyMatch(holds);
    }

    private static boolean holdsDay(Range range, int day, int daysInMonth) {
        int begin = range.begin() < 0 ? daysInMonth + range.begin() + 1 : range.begin();
        int end = range.end() < 0 ? daysInMonth + range.end() + 1 : range.end();
        if (begin > daysInMonth) {
            return false;
        }
        return day >= Math.clamp(begin, 1, daysInMonth) && day <= Math.clamp(end, 1, daysInMonth);
    }

    // ---- what the configuration file writes; all fail with IllegalArgumentException in Alertmanager's words

    /// `{start_time, end_time}`; either may be missing from the file, which is an error.
    public static Range timeRange(Optional<String> start, Optional<String> end) {
        if (start.isEmpty() || end.isEmpty()) {
            throw new IllegalArgumentException("both start and end times must be provided");
        }
        int from = minuteOfDay(start.get());
        int to = minuteOfDay(end.get());
        if (from >= to) {
            throw new IllegalArgumentException("start time cannot be equal or greater than end time");
        }
        return new Range(from, to);
    }

    private static int minuteOfDay(String text) {
        if (text.equals("24:00")) {
            return 24 * 60;
        }
        boolean shaped = text.length() == 5 && text.charAt(2) == ':';
        for (int i = 0; shaped && i < 5; i++) {
            shaped = i == 2 || text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        int hour = shaped ? Integer.parseInt(text.substring(0, 2)) : 24;
        int minute = shaped ? Integer.parseInt(text.substring(3)) : 60;
        if (hour > 23 || minute > 59) {
            throw new IllegalArgumentException("couldn't parse timestamp " + text + ", invalid format");
        }
        return LocalTime.of(hour, minute).toSecondOfDay() / 60;
    }

    /// `monday` or `monday:friday`.
    public static Range weekdayRange(String text) {
        Range range = range(text, "weekday", day -> {
            int n = WEEKDAYS.indexOf(day);
            if (n < 0) {
                throw new IllegalArgumentException(day + " is not a valid weekday");
            }
            return n;
        });
        if (range.begin() > range.end()) {
            throw new IllegalArgumentException("start day cannot be before end day");
        }
        return range;
    }

    /// `5`, `1:5`, `-3:-1`.
    public static Range dayOfMonthRange(String text) {
        Range range = range(text, "day of the month", TimeInterval::number);
        for (int day : new int[] {range.begin(), range.end()}) {
            if (day == 0 || day < -31 || day > 31) {
                throw new IllegalArgumentException(day + " is not a valid day of the month: out of range");
            }
        }
        if (range.begin() < 0 && range.end() > 0) {
            throw new IllegalArgumentException("end day must be negative if start day is negative");
        }
        // Whether the end lies before the start is asked of the shortest month.
        int begin = range.begin() < 0 ? 28 + range.begin() + 1 : range.begin();
        int end = range.end() < 0 ? 28 + range.end() + 1 : range.end();
        if (begin > end) {
            throw new IllegalArgumentException(
                    "end day " + range.end() + " is always before start day " + range.begin());
        }
        return range;
    }

    /// `may`, `1:3`, `may:august`.
    public static Range monthRange(String text) {
        Range range = range(text, "month", month -> {
            int n = MONTHS.indexOf(month);
            if (n >= 0) {
                return n + 1;
            }
            try {
                return number(month);
            } catch (IllegalArgumentException _) {
                throw new IllegalArgumentException(month + " is not a valid month");
            }
        });
        if (range.begin() > range.end()) {
            String[] parts = text.toLowerCase(Locale.ROOT).split(":", -1);
            throw new IllegalArgumentException("end month " + parts[1] + " is before start month " + parts[0]);
        }
        return range;
    }

    /// `2030`, `2020:2022`.
    public static Range yearRange(String text) {
        Range range = range(text, "year", TimeInterval::number);
        if (range.begin() > range.end()) {
            throw new IllegalArgumentException("end year " + range.end() + " is before start year " + range.begin());
        }
        return range;
    }

    /// An IANA zone, `UTC`, `Local`, or empty for UTC.
    public static ZoneId location(String name) {
        if (name.isEmpty() || name.equals("UTC")) {
            return ZoneOffset.UTC;
        }
        if (name.equals("Local")) {
            return ZoneId.systemDefault();
        }
        // Java's own short names and offsets (`+01:00`) are no locations.
        if (ZoneId.getAvailableZoneIds().contains(name) && !name.startsWith("SystemV/")) {
            try {
                return ZoneId.of(name);
            } catch (ZoneRulesException _) {
                // Falls through to the error that names it.
            }
        }
        throw new IllegalArgumentException("unknown time zone " + name);
    }

    private static Range range(String text, String what, ToIntFunction<String> item) {
        String[] parts = text.toLowerCase(Locale.ROOT).split(":", -1);
        if (parts.length > 2) {
            throw new IllegalArgumentException("couldn't parse " + what + " range " + text + ", invalid format");
        }
        int begin = item.applyAsInt(parts[0]);
        return new Range(begin, parts.length == 1 ? begin : item.applyAsInt(parts[1]));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("strconv.Atoi: parsing \"" + text + "\": invalid syntax");
        }
    }
}
