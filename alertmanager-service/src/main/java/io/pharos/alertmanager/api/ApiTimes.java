package io.pharos.alertmanager.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Date-times as the API writes and reads them.
final class ApiTimes {
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern DATE_TIME = Pattern.compile(
            "(\\d{4})-(\\d\\d)-(\\d\\d)"
                    + "(?:T(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d+))?)?(Z|[+-]\\d\\d:?\\d\\d)?| (\\d\\d):(\\d\\d):(\\d\\d)(?:[.,](\\d+))?)?");
    /// Go's zero time, which stands for none.
    static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

    private ApiTimes() {}

    /// UTC, milliseconds, truncated.
    static String print(Instant at) {
        return MILLIS.format(at);
    }

    /// Reads RFC 3339, a local time without a zone (UTC), or a date; an empty text is the epoch. Fails with
    /// [IllegalArgumentException] in Go's words on anything else.
    static Instant parse(String text) {
        if (text.isEmpty()) {
            return Instant.EPOCH;
        }
        Matcher m = DATE_TIME.matcher(text);
        if (!m.matches()) {
            throw refused(text);
        }
        boolean spaced = m.group(9) != null;
        try {
            LocalDateTime local = LocalDateTime.of(
                    number(m.group(1)),
                    number(m.group(2)),
                    number(m.group(3)),
                    number(m.group(spaced ? 9 : 4)),
                    number(m.group(spaced ? 10 : 5)),
                    number(m.group(spaced ? 11 : 6)),
                    nanos(m.group(spaced ? 12 : 7)));
            String zone = m.group(8);
            return local.toInstant(zone == null || zone.equals("Z") ? ZoneOffset.UTC : ZoneOffset.of(withColon(zone)));
        } catch (DateTimeException e) {
            throw refused(text);
        }
    }

    private static String withColon(String zone) {
        return zone.length() == 5 ? zone.substring(0, 3) + ":" + zone.substring(3) : zone;
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "parsing time \"" + text + "\" as \"2006-01-02\": cannot parse \"" + text + "\" as \"2006\"");
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static int nanos(@Nullable String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "000000000").substring(0, 9));
    }
}
