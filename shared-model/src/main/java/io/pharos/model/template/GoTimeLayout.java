package io.pharos.model.template;

import io.pharos.model.text.GoText;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Locale;

/// Layouts made of the reference moment `Mon Jan 2 15:04:05 MST 2006`: prints and reads times by them.
final class GoTimeLayout {
    private GoTimeLayout() {}

    private static final String[] AFTER_MINUS = {"-070000", "-07:00:00", "-0700", "-07:00", "-07"};
    private static final String[] AFTER_Z = {"Z070000", "Z07:00:00", "Z0700", "Z07:00", "Z07"};

    /// The token at `at`, or an empty text.
    private static String token(String layout, int at) {
        String rest = layout.substring(at);
        switch (layout.charAt(at)) {
            case 'J' -> {
                if (rest.startsWith("January")) {
                    return "January";
                }
                return rest.startsWith("Jan") && !lower(rest, 3) ? "Jan" : "";
            }
            case 'M' -> {
                if (rest.startsWith("Monday")) {
                    return "Monday";
                }
                if (rest.startsWith("Mon") && !lower(rest, 3)) {
                    return "Mon";
                }
                return rest.startsWith("MST") ? "MST" : "";
            }
            case '0' -> {
                if (rest.length() >= 2 && rest.charAt(1) >= '1' && rest.charAt(1) <= '6') {
                    return rest.substring(0, 2);
                }
                return rest.startsWith("002") ? "002" : "";
            }
            case '1' -> {
                return rest.startsWith("15") ? "15" : "1";
            }
            case '2' -> {
                return rest.startsWith("2006") ? "2006" : "2";
            }
            case '_' -> {
                if (rest.startsWith("_2006")) {
                    return "";
                }
                return rest.startsWith("_2") ? "_2" : rest.startsWith("__2") ? "__2" : "";
            }
            case '3', '4', '5' -> {
                return rest.substring(0, 1);
            }
            case 'P' -> {
                return rest.startsWith("PM") ? "PM" : "";
            }
            case 'p' -> {
                return rest.startsWith("pm") ? "pm" : "";
            }
            case '-' -> {
                return first(rest, AFTER_MINUS);
            }
            case 'Z' -> {
                return first(rest, AFTER_Z);
            }
            case '.', ',' -> {
                if (rest.length() > 1 && (rest.charAt(1) == '0' || rest.charAt(1) == '9')) {
                    int end = 1;
                    while (end < rest.length() && rest.charAt(end) == rest.charAt(1)) {
                        end++;
                    }
                    return end < rest.length() && Character.isDigit(rest.charAt(end)) ? "" : rest.substring(0, end);
                }
                return "";
            }
            default -> {
                return "";
            }
        }
    }

    private static boolean lower(String text, int at) {
        return at < text.length() && text.charAt(at) >= 'a' && text.charAt(at) <= 'z';
    }

    private static String first(String rest, String[] tokens) {
        for (String token : tokens) {
            if (rest.startsWith(token)) {
                return token;
            }
        }
        return "";
    }

    static String format(String layout, GoTime time) {
        ZonedDateTime t = time.zoned();
        var out = new StringBuilder();
        int at = 0;
        while (at < layout.length()) {
            String token = token(layout, at);
            if (token.isEmpty()) {
                out.append(layout.charAt(at++));
                continue;
            }
            at += token.length();
            append(out, token, t, time);
        }
        return out.toString();
    }

    private static void append(StringBuilder out, String token, ZonedDateTime t, GoTime time) {
        int hour12 = t.getHour() % 12 == 0 ? 12 : t.getHour() % 12;
        switch (token) {
            case "2006" -> out.append(String.format("%04d", t.getYear()));
            case "06" -> out.append(two(Math.floorMod(t.getYear(), 100)));
            case "January" -> out.append(GoInt.monthName(t.getMonthValue()));
            case "Jan" -> out.append(GoInt.monthName(t.getMonthValue()), 0, 3);
            case "01" -> out.append(two(t.getMonthValue()));
            case "1" -> out.append(t.getMonthValue());
            case "Monday" -> out.append(GoInt.weekdayName(t.getDayOfWeek().getValue() % 7));
            case "Mon" -> out.append(GoInt.weekdayName(t.getDayOfWeek().getValue() % 7), 0, 3);
            case "02" -> out.append(two(t.getDayOfMonth()));
            case "_2" -> out.append(String.format("%2d", t.getDayOfMonth()));
            case "2" -> out.append(t.getDayOfMonth());
            case "002" -> out.append(String.format("%03d", t.getDayOfYear()));
            case "__2" -> out.append(String.format("%3d", t.getDayOfYear()));
            case "15" -> out.append(two(t.getHour()));
            case "03" -> out.append(two(hour12));
            case "3" -> out.append(hour12);
            case "04" -> out.append(two(t.getMinute()));
            case "4" -> out.append(t.getMinute());
            case "05" -> out.append(two(t.getSecond()));
            case "5" -> out.append(t.getSecond());
            case "PM" -> out.append(t.getHour() >= 12 ? "PM" : "AM");
            case "pm" -> out.append(t.getHour() >= 12 ? "pm" : "am");
            case "MST" -> out.append(time.zoneName());
            default -> {
                char first = token.charAt(0);
                if (first == '.' || first == ',') {
                    fraction(out, token, t.getNano());
                } else {
                    int seconds = t.getOffset().getTotalSeconds();
                    out.append(first == 'Z' && seconds == 0 ? "Z" : offset(seconds, token.substring(1)));
                }
            }
        }
    }

    private static void fraction(StringBuilder out, String token, int nano) {
        int digits = token.length() - 1;
        String nanos = String.format("%09d", nano);
        String shown = digits <= 9 ? nanos.substring(0, digits) : nanos + "0".repeat(digits - 9);
        if (token.charAt(1) == '9') {
            int end = shown.length();
            while (end > 0 && shown.charAt(end - 1) == '0') {
                end--;
            }
            if (end == 0) {
                return;
            }
            shown = shown.substring(0, end);
        }
        out.append(token.charAt(0)).append(shown);
    }

    private static String two(int n) {
        return n < 10 ? "0" + n : Integer.toString(n);
    }

    /// An offset from UTC in the form of a layout's `0700`, `07:00`, `07`, `070000`, `07:00:00`; `short` adds minutes
    /// only where there are any.
    static String offset(int seconds, String form) {
        int magnitude = Math.abs(seconds);
        String sign = seconds < 0 ? "-" : "+";
        String hours = two(magnitude / 3600);
        String minutes = two(magnitude / 60 % 60);
        return sign
                + switch (form) {
                    case "0700" -> hours + minutes;
                    case "07:00" -> hours + ":" + minutes;
                    case "070000" -> hours + minutes + two(magnitude % 60);
                    case "07:00:00" -> hours + ":" + minutes + ":" + two(magnitude % 60);
                    case "short" -> magnitude / 60 % 60 == 0 ? hours : hours + minutes;
                    default -> hours;
                };
    }

    /// `time.Parse`: a time without a zone is UTC.
    static GoTime parse(String layout, String value) {
        return new Reader(layout, value).read();
    }

    private static final class Reader {
        private final String layout;
        private final String value;
        private int at;
        private int year = 0;
        private int month = 1;
        private int day = 1;
        private int yearDay = -1;
        private int hour;
        private int minute;
        private int second;
        private int nano;
        private int afternoon = -1;
        private int offsetSeconds;

        Reader(String layout, String value) {
            this.layout = layout;
            this.value = value;
        }

        GoTime read() {
            int from = 0;
            while (from < layout.length()) {
                String token = token(layout, from);
                if (token.isEmpty()) {
                    String literal = layout.substring(from, from + 1);
                    if (!value.startsWith(literal, at)) {
                        throw fail(literal);
                    }
                    at++;
                    from++;
                    continue;
                }
                from += token.length();
                boolean fractionFollows =
                        from < layout.length() && token(layout, from).startsWith(".");
                take(token, fractionFollows);
            }
            if (at < value.length()) {
                throw new TemplateException(
                        "parsing time " + GoText.quote(value) + ": extra text: " + GoText.quote(value.substring(at)));
            }
            if (afternoon == 1 && hour < 12) {
                hour += 12;
            } else if (afternoon == 0 && hour == 12) {
                hour = 0;
            }
            try {
                LocalDate date = yearDay < 0 ? LocalDate.of(year, month, day) : LocalDate.ofYearDay(year, yearDay);
                var local = LocalDateTime.of(
                        date.getYear(), date.getMonthValue(), date.getDayOfMonth(), hour, minute, second, nano);
                ZoneOffset offset = ZoneOffset.ofTotalSeconds(offsetSeconds);
                GoTime time = GoTime.utc(local.toInstant(offset));
                return offsetSeconds == 0 ? time : time.in(offset);
            } catch (DateTimeException e) {
                throw new TemplateException("parsing time " + GoText.quote(value) + ": day out of range");
            }
        }

        private void take(String token, boolean fractionFollows) {
            switch (token) {
                case "2006" -> year = digits(4, 4, token);
                case "06" -> {
                    int two = digits(2, 2, token);
                    year = two >= 69 ? 1900 + two : 2000 + two;
                }
                case "01" -> month = digits(2, 2, token);
                case "1" -> month = digits(1, 2, token);
                case "January", "Jan" -> month = name(token, 12, token.length() == 3) + 1;
                case "Monday", "Mon" -> name(token, 7, token.length() == 3);
                case "02" -> day = digits(2, 2, token);
                case "2", "_2" -> {
                    skipSpace(token.startsWith("_") ? 1 : 0);
                    day = digits(1, 2, token);
                }
                case "002" -> yearDay = digits(3, 3, token);
                case "__2" -> {
                    skipSpace(2);
                    yearDay = digits(1, 3, token);
                }
                case "15" -> hour = digits(1, 2, token);
                case "03" -> hour = digits(2, 2, token);
                case "3" -> hour = digits(1, 2, token);
                case "04" -> minute = digits(2, 2, token);
                case "4" -> minute = digits(1, 2, token);
                case "05", "5" -> {
                    second = digits(token.length() == 2 ? 2 : 1, 2, token);
                    // Go takes a fraction that the layout does not mention.
                    if (!fractionFollows
                            && at + 1 < value.length()
                            && (value.charAt(at) == '.' || value.charAt(at) == ',')
                            && Character.isDigit(value.charAt(at + 1))) {
                        fraction();
                    }
                }
                case "PM", "pm" -> {
                    String text = at + 2 <= value.length()
                            ? value.substring(at, at + 2).toUpperCase(Locale.ROOT)
                            : "";
                    if (!text.equals("AM") && !text.equals("PM")) {
                        throw fail(token);
                    }
                    afternoon = text.equals("PM") ? 1 : 0;
                    at += 2;
                }
                case "MST" -> {
                    int start = at;
                    while (at < value.length()
                            && (Character.isUpperCase(value.charAt(at))
                                    || at > start && Character.isDigit(value.charAt(at)))) {
                        at++;
                    }
                    if (at - start < 3) {
                        throw fail(token);
                    }
                }
                default -> {
                    if (token.charAt(0) == '.' || token.charAt(0) == ',') {
                        if (at < value.length() && (value.charAt(at) == '.' || value.charAt(at) == ',')) {
                            fraction();
                        } else if (token.charAt(1) == '0') {
                            throw fail(token);
                        }
                    } else {
                        zone(token);
                    }
                }
            }
        }

        private void fraction() {
            at++;
            int start = at;
            while (at < value.length() && Character.isDigit(value.charAt(at))) {
                at++;
            }
            String text = (value.substring(start, at) + "000000000").substring(0, 9);
            nano = Integer.parseInt(text);
        }

        private void zone(String token) {
            if (token.charAt(0) == 'Z' && at < value.length() && value.charAt(at) == 'Z') {
                at++;
                return;
            }
            if (at >= value.length() || value.charAt(at) != '+' && value.charAt(at) != '-') {
                throw fail(token);
            }
            int sign = value.charAt(at++) == '-' ? -1 : 1;
            int seconds = 0;
            int unit = 3600;
            for (int i = 1; i < token.length(); i++) {
                if (token.charAt(i) == ':') {
                    if (at >= value.length() || value.charAt(at) != ':') {
                        throw fail(token);
                    }
                    at++;
                } else {
                    seconds += digits(2, 2, token) * unit;
                    unit /= 60;
                    i++;
                }
            }
            offsetSeconds = sign * seconds;
        }

        private void skipSpace(int most) {
            for (int i = 0; i < most && at < value.length() && value.charAt(at) == ' '; i++) {
                at++;
            }
        }

        private int digits(int least, int most, String token) {
            int start = at;
            while (at < value.length() && at - start < most && value.charAt(at) >= '0' && value.charAt(at) <= '9') {
                at++;
            }
            if (at - start < least) {
                throw fail(token);
            }
            return Integer.parseInt(value, start, at, 10);
        }

        private int name(String token, int count, boolean shortForm) {
            for (int i = 0; i < count; i++) {
                String full = count == 12 ? GoInt.monthName(i + 1) : GoInt.weekdayName(i);
                String wanted = shortForm ? full.substring(0, 3) : full;
                if (value.regionMatches(true, at, wanted, 0, wanted.length())) {
                    at += wanted.length();
                    return i;
                }
            }
            throw fail(token);
        }

        private TemplateException fail(String token) {
            return new TemplateException("parsing time " + GoText.quote(value) + " as " + GoText.quote(layout)
                    + ": cannot parse " + GoText.quote(value.substring(Math.min(at, value.length()))) + " as "
                    + GoText.quote(token));
        }
    }
}
