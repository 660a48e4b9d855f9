package io.pharos.model.template;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// A moment with the zone it is shown in.
///
/// @param monotonicNanos the reading of the process' own clock that Go prints with a time of `now`
public record GoTime(Instant instant, ZoneId zone, OptionalLong monotonicNanos) implements GoValue {
    /// The year 1: Go's zero time.
    public static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

    static final ZoneId UTC = ZoneId.of("UTC");
    private static final String STRING_LAYOUT = "2006-01-02 15:04:05.999999999 -0700 MST";

    public static GoTime utc(Instant instant) {
        return new GoTime(instant, UTC, OptionalLong.empty());
    }

    GoTime in(ZoneId other) {
        return new GoTime(instant, other, OptionalLong.empty());
    }

    ZonedDateTime zoned() {
        return instant.atZone(zone);
    }

    /// As `time.Time.Format` of Go prints it.
    public String format(String layout) {
        return GoTimeLayout.format(layout, this);
    }

    String zoneName() {
        return zone.equals(UTC) ? "UTC" : ZoneNames.abbreviation(zone, instant);
    }

    @Override
    public String typeName() {
        return "time.Time";
    }

    @Override
    public String toString() {
        String text = format(STRING_LAYOUT);
        if (monotonicNanos.isEmpty()) {
            return text;
        }
        long nanos = monotonicNanos.getAsLong();
        return text + " m=" + (nanos < 0 ? '-' : '+')
                + String.format("%d.%09d", Math.abs(nanos) / 1_000_000_000, Math.abs(nanos) % 1_000_000_000);
    }

    @Override
    public Map<String, GoFunction> methods() {
        var methods = new LinkedHashMap<String, GoFunction>();
        methods.put("Format", GoFunction.of(args -> format((String) args[0]), GoType.STRING));
        methods.put("String", GoFunction.of(_ -> toString()));
        methods.put("Unix", GoFunction.of(_ -> GoInt.int64(instant.getEpochSecond())));
        methods.put("UnixMilli", GoFunction.of(_ -> GoInt.int64(instant.toEpochMilli())));
        methods.put(
                "UnixMicro",
                GoFunction.of(_ -> GoInt.int64(instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000)));
        methods.put(
                "UnixNano",
                GoFunction.of(_ -> GoInt.int64(instant.getEpochSecond() * 1_000_000_000 + instant.getNano())));
        methods.put("Year", GoFunction.of(_ -> (long) zoned().getYear()));
        methods.put("Month", GoFunction.of(_ -> GoInt.month(zoned().getMonthValue())));
        methods.put("Day", GoFunction.of(_ -> (long) zoned().getDayOfMonth()));
        methods.put("Hour", GoFunction.of(_ -> (long) zoned().getHour()));
        methods.put("Minute", GoFunction.of(_ -> (long) zoned().getMinute()));
        methods.put("Second", GoFunction.of(_ -> (long) zoned().getSecond()));
        methods.put("Nanosecond", GoFunction.of(_ -> (long) zoned().getNano()));
        methods.put(
                "Weekday",
                GoFunction.of(_ -> GoInt.weekday(zoned().getDayOfWeek().getValue() % 7)));
        methods.put("YearDay", GoFunction.of(_ -> (long) zoned().getDayOfYear()));
        methods.put("IsZero", GoFunction.of(_ -> instant.equals(ZERO)));
        methods.put("Before", GoFunction.of(args -> instant.isBefore(of(args[0])), GoType.TIME));
        methods.put("After", GoFunction.of(args -> instant.isAfter(of(args[0])), GoType.TIME));
        methods.put("Equal", GoFunction.of(args -> instant.equals(of(args[0])), GoType.TIME));
        methods.put(
                "Compare", GoFunction.of(args -> (long) Integer.signum(instant.compareTo(of(args[0]))), GoType.TIME));
        methods.put("Sub", GoFunction.of(args -> GoInt.duration(between(of(args[0]), instant)), GoType.TIME));
        methods.put(
                "Add",
                GoFunction.of(
                        args -> new GoTime(instant.plusNanos(GoInt.nanos(args[0])), zone, monotonicNanos),
                        GoType.DURATION));
        methods.put("AddDate", GoFunction.of(this::addDate, GoType.INT, GoType.INT, GoType.INT));
        methods.put("Truncate", GoFunction.of(args -> toMultiple(GoInt.nanos(args[0]), false), GoType.DURATION));
        methods.put("Round", GoFunction.of(args -> toMultiple(GoInt.nanos(args[0]), true), GoType.DURATION));
        methods.put("UTC", GoFunction.of(_ -> in(UTC)));
        methods.put("Local", GoFunction.of(_ -> in(ZoneId.systemDefault())));
        methods.put("Location", GoFunction.of(_ -> location()));
        return methods;
    }

    private GoTime addDate(Object[] args) {
        // Go counts over: 31 January and one month is 2 or 3 March.
        ZonedDateTime now = zoned();
        long months = now.getYear() * 12L + now.getMonthValue() - 1 + (Long) args[0] * 12 + (Long) args[1];
        ZonedDateTime first = now.withDayOfMonth(1)
                .withYear((int) Math.floorDiv(months, 12L))
                .withMonth((int) Math.floorMod(months, 12L) + 1);
        return new GoTime(
                first.plusDays(now.getDayOfMonth() - 1L + (Long) args[2]).toInstant(), zone, OptionalLong.empty());
    }

    private GoTime toMultiple(long unit, boolean round) {
        if (unit <= 0) {
            return new GoTime(instant, zone, OptionalLong.empty());
        }
        // Go counts from its zero time.
        var nanos = BigInteger.valueOf(instant.getEpochSecond() - ZERO.getEpochSecond())
                .multiply(BigInteger.valueOf(1_000_000_000))
                .add(BigInteger.valueOf(instant.getNano()));
        long rest = nanos.mod(BigInteger.valueOf(unit)).longValueExact();
        boolean up = round && rest >= unit - rest;
        return new GoTime(instant.minusNanos(rest).plusNanos(up ? unit : 0), zone, OptionalLong.empty());
    }

    private GoStruct location() {
        String name = zone.equals(ZoneOffset.UTC) ? "UTC" : zone instanceof ZoneOffset ? "" : zone.getId();
        return new GoStruct("*time.Location", List.of(), Map.of("String", GoFunction.of(_ -> name)), name);
    }

    static Instant of(Object time) {
        return ((GoTime) time).instant;
    }

    static long between(Instant from, Instant to) {
        try {
            return Duration.between(from, to).toNanos();
        } catch (ArithmeticException e) {
            return from.isBefore(to) ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }
}
