package io.pharos.alertmanager.api;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads the body of `POST /alerts` in one go, from its bytes to alerts, where it is as senders write it: a list of
/// objects with the known fields, legacy label names, no name twice, times in RFC 3339, an absolute URL. Whatever else
/// comes is left to [Body], which knows what is allowed beyond that and finds the words for what is not.
final class PostedAlerts {
    /// The body is not of the plain form.
    private static final class NotPlain extends RuntimeException {
        NotPlain() {
            super("", null, false, false);
        }
    }

    private static final NotPlain NOT_PLAIN = new NotPlain();
    private static final int MOST_PAIRS = 128;

    private final byte[] body;
    private final Instant now;
    private final Duration resolveTimeout;
    private int at;

    /// Decoded texts of the value being read, one behind the other.
    private byte[] texts = new byte[1024];

    private int textsEnd;

    /// Where the texts of each pair end; a text starts where the one before ended.
    private final int[] ends = new int[2 * MOST_PAIRS];

    /// The time read last, and where it stood: times mostly repeat from one alert to the next.
    private Instant lastTime = Instant.EPOCH;

    private int lastTimeAt;
    private int lastTimeLength;

    private PostedAlerts(byte[] body, Instant now, Duration resolveTimeout) {
        this.body = body;
        this.now = now;
        this.resolveTimeout = resolveTimeout;
    }

    /// The alerts, completed and valid; empty where the body is not plain.
    static Optional<List<Alert>> read(byte[] body, Instant now, Duration resolveTimeout) {
        try {
            return Optional.of(new PostedAlerts(body, now, resolveTimeout).alerts());
        } catch (NotPlain | ArrayIndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }

    private List<Alert> alerts() {
        var alerts = new ArrayList<Alert>();
        expect('[');
        if (!skip(']')) {
            do {
                alerts.add(alert());
            } while (skip(','));
            expect(']');
        }
        space();
        if (at != body.length) {
            throw NOT_PLAIN;
        }
        return alerts;
    }

    private Alert alert() {
        Labels labels = Labels.EMPTY;
        Labels annotations = Labels.EMPTY;
        Instant starts = null;
        Instant ends = null;
        String generator = "";
        int seen = 0;
        expect('{');
        do {
            expect('"');
            int start = at;
            while (body[at] != '"') {
                at++;
            }
            int field = field(start, at);
            at++;
            expect(':');
            if ((seen & 1 << field) != 0) {
                throw NOT_PLAIN;
            }
            seen |= 1 << field;
            switch (field) {
                case 0 -> labels = pairs(false);
                case 1 -> annotations = pairs(true);
                case 2 -> starts = time();
                case 3 -> ends = time();
                default -> generator = url();
            }
        } while (skip(','));
        expect('}');
        boolean timedOut = ends == null;
        Instant from = starts != null ? starts : ends != null ? ends : now;
        Instant to = ends != null ? ends : now.plus(resolveTimeout);
        if (labels.isEmpty() || to.isBefore(from)) {
            throw NOT_PLAIN;
        }
        return new Alert(labels, annotations, from, to, now, generator, timedOut);
    }

    private int field(int from, int to) {
        return switch (body[from]) {
            case 'l' -> named(from, to, "labels", 0);
            case 'a' -> named(from, to, "annotations", 1);
            case 's' -> named(from, to, "startsAt", 2);
            case 'e' -> named(from, to, "endsAt", 3);
            case 'g' -> named(from, to, "generatorURL", 4);
            default -> throw NOT_PLAIN;
        };
    }

    private int named(int from, int to, String name, int field) {
        if (to - from != name.length()) {
            throw NOT_PLAIN;
        }
        for (int i = 0; i < name.length(); i++) {
            if (body[from + i] != name.charAt(i)) {
                throw NOT_PLAIN;
            }
        }
        return field;
    }

    /// An object of strings, sorted and encoded as [Labels].
    private Labels pairs(boolean emptyAllowed) {
        textsEnd = 0;
        int n = 0;
        expect('{');
        if (!skip('}')) {
            do {
                if (n == MOST_PAIRS) {
                    throw NOT_PLAIN;
                }
                int start = textsEnd;
                text();
                checkName(start, textsEnd);
                int nameEnd = textsEnd;
                expect(':');
                text();
                if (textsEnd == nameEnd && !emptyAllowed) {
                    throw NOT_PLAIN;
                }
                ends[2 * n] = nameEnd;
                ends[2 * n + 1] = textsEnd;
                n++;
            } while (skip(','));
            expect('}');
        }
        return encoded(n);
    }

    private Labels encoded(int n) {
        var order = new int[n];
        int length = 0;
        for (int i = 0; i < n; i++) {
            int place = i;
            while (place > 0) {
                int names = compareNames(order[place - 1], i);
                if (names == 0) {
                    throw NOT_PLAIN;
                }
                if (names < 0) {
                    break;
                }
                order[place] = order[place - 1];
                place--;
            }
            order[place] = i;
            length += Labels.encodedLength(ends[2 * i] - nameStart(i))
                    + Labels.encodedLength(ends[2 * i + 1] - ends[2 * i]);
        }
        var bytes = new byte[length];
        int to = 0;
        for (int pair : order) {
            to = put(bytes, to, nameStart(pair), ends[2 * pair]);
            to = put(bytes, to, ends[2 * pair], ends[2 * pair + 1]);
        }
        return Labels.ofEncoded(bytes);
    }

    private int nameStart(int pair) {
        return pair == 0 ? 0 : ends[2 * pair - 1];
    }

    private int compareNames(int a, int b) {
        return Arrays.compareUnsigned(texts, nameStart(a), ends[2 * a], texts, nameStart(b), ends[2 * b]);
    }

    private int put(byte[] bytes, int to, int from, int end) {
        if (end - from > Labels.MAX_TEXT_BYTES) {
            throw NOT_PLAIN;
        }
        int start = Labels.putLength(bytes, to, end - from);
        System.arraycopy(texts, from, bytes, start, end - from);
        return start + end - from;
    }

    private void checkName(int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = texts[i];
            boolean letter = b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
            if (!letter && (i == from || b < '0' || b > '9')) {
                throw NOT_PLAIN;
            }
        }
        if (from == to) {
            throw NOT_PLAIN;
        }
    }

    /// A string, decoded behind the texts so far.
    private void text() {
        expect('"');
        int begin = at;
        int from = begin;
        int plain = 0;
        while (body[at] != '"' && body[at] != '\\') {
            // Control characters, and what is not ASCII.
            if (body[at] < ' ') {
                plain |= body[at] < 0 ? 1 : 2;
            }
            at++;
        }
        append(from, at);
        while (body[at] == '\\') {
            escape();
            from = at;
            while (body[at] != '"' && body[at] != '\\') {
                if (body[at] < ' ') {
                    plain |= body[at] < 0 ? 1 : 2;
                }
                at++;
            }
            append(from, at);
        }
        int end = at++;
        if (plain > 1
                || plain == 1 && new String(body, begin, end - begin, StandardCharsets.UTF_8).indexOf('\ufffd') >= 0) {
            throw NOT_PLAIN;
        }
    }

    private void append(int from, int to) {
        ensure(to - from);
        System.arraycopy(body, from, texts, textsEnd, to - from);
        textsEnd += to - from;
    }

    private void ensure(int more) {
        if (textsEnd + more > texts.length) {
            texts = Arrays.copyOf(texts, Math.max(2 * texts.length, textsEnd + more));
        }
    }

    private void escape() {
        byte kind = body[at + 1];
        at += 2;
        int c =
                switch (kind) {
                    case '"', '\\', '/' -> kind;
                    case 'n' -> '\n';
                    case 't' -> '\t';
                    case 'r' -> '\r';
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'u' -> unit();
                    default -> throw NOT_PLAIN;
                };
        ensure(3);
        if (c < 0x80) {
            texts[textsEnd++] = (byte) c;
        } else if (c < 0x800) {
            texts[textsEnd++] = (byte) (0xc0 | c >> 6);
            texts[textsEnd++] = (byte) (0x80 | c & 0x3f);
        } else if (Character.isSurrogate((char) c)) {
            throw NOT_PLAIN;
        } else {
            texts[textsEnd++] = (byte) (0xe0 | c >> 12);
            texts[textsEnd++] = (byte) (0x80 | c >> 6 & 0x3f);
            texts[textsEnd++] = (byte) (0x80 | c & 0x3f);
        }
    }

    private int unit() {
        int c = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(body[at++], 16);
            if (digit < 0) {
                throw NOT_PLAIN;
            }
            c = c << 4 | digit;
        }
        return c;
    }

    private String url() {
        textsEnd = 0;
        text();
        boolean query = false;
        for (int i = 0; i < textsEnd; i++) {
            query |= texts[i] == '?';
            // Brackets and escapes before the query may be wrong; the other reader knows.
            if (texts[i] <= ' ' || texts[i] == 0x7f || !query && (texts[i] == '[' || texts[i] == '%')) {
                throw NOT_PLAIN;
            }
        }
        var url = new String(texts, 0, textsEnd, StandardCharsets.US_ASCII);
        if (!url.startsWith("http://") && !url.startsWith("https://")) {
            throw NOT_PLAIN;
        }
        return url;
    }

    /// `2026-11-25T09:30:00.123Z` or with an offset.
    private Instant time() {
        expect('"');
        int from = at;
        while (body[at] != '"') {
            at++;
        }
        int length = at++ - from;
        if (length == lastTimeLength
                && Arrays.equals(body, from, from + length, body, lastTimeAt, lastTimeAt + length)) {
            return lastTime;
        }
        Instant time = time(from, from + length);
        lastTime = time;
        lastTimeAt = from;
        lastTimeLength = length;
        return time;
    }

    private Instant time(int from, int to) {
        if (to - from < 20
                || body[from + 4] != '-'
                || body[from + 7] != '-'
                || body[from + 10] != 'T'
                || body[from + 13] != ':'
                || body[from + 16] != ':') {
            throw NOT_PLAIN;
        }
        int year = number(from, from + 4);
        int hour = number(from + 11, from + 13);
        int minute = number(from + 14, from + 16);
        int second = number(from + 17, from + 19);
        int end = from + 19;
        int nanos = 0;
        if (body[end] == '.') {
            int digits = ++end;
            while (body[end] >= '0' && body[end] <= '9') {
                end++;
            }
            if (end - digits > 9 || end == digits) {
                throw NOT_PLAIN;
            }
            nanos = number(digits, end);
            for (int n = end - digits; n < 9; n++) {
                nanos *= 10;
            }
        }
        if (year < 1970 || hour > 23 || minute > 59 || second > 59) {
            throw NOT_PLAIN;
        }
        int offset = 0;
        if (end == to - 6 && (body[end] == '+' || body[end] == '-') && body[end + 3] == ':') {
            int hours = number(end + 1, end + 3);
            int minutes = number(end + 4, end + 6);
            if (hours > 17 || minutes > 59) {
                throw NOT_PLAIN;
            }
            offset = (hours * 60 + minutes) * (body[end] == '+' ? 60 : -60);
        } else if (end != to - 1 || body[end] != 'Z') {
            throw NOT_PLAIN;
        }
        try {
            long day = LocalDate.of(year, number(from + 5, from + 7), number(from + 8, from + 10))
                    .toEpochDay();
            return Instant.ofEpochSecond(day * 86_400 + hour * 3600 + minute * 60 + second - offset, nanos);
        } catch (DateTimeException _) {
            throw NOT_PLAIN;
        }
    }

    private int number(int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = body[i] - '0';
            if (digit < 0 || digit > 9) {
                throw NOT_PLAIN;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private void space() {
        while (at < body.length && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
            at++;
        }
    }

    private void expect(char c) {
        space();
        if (body[at++] != c) {
            throw NOT_PLAIN;
        }
    }

    private boolean skip(char c) {
        space();
        if (body[at] != c) {
            return false;
        }
        at++;
        return true;
    }
}
