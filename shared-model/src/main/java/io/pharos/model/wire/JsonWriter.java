package io.pharos.model.wire;

import io.pharos.model.labels.Labels;
import io.pharos.model.text.GoText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/// Writes JSON to a stream piece by piece, as Go's encoder prints it. Commas are set by the writer; the caller
/// opens and closes. Buffers 8 KiB; whoever made it flushes it. Not thread-safe.
///
/// Go escapes `<`, `>` and `&` in texts ([#text(String)]) but Prometheus does not in label maps ([#labels(Labels)],
/// [#verbatim(String)]). A failing stream surfaces as [UncheckedIOException].
public final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_PIECE = 64;

    private final OutputStream out;
    private final byte[] buffer = new byte[8192];
    private int used;
    private boolean comma;

    public JsonWriter(OutputStream out) {
        this.out = out;
    }

    public JsonWriter beginObject() {
        open('{');
        return this;
    }

    public JsonWriter endObject() {
        close('}');
        return this;
    }

    public JsonWriter beginArray() {
        open('[');
        return this;
    }

    public JsonWriter endArray() {
        close(']');
        return this;
    }

    /// The name of the member that is written next.
    public JsonWriter name(String name) {
        separate();
        string(name, true);
        put(':');
        comma = false;
        return this;
    }

    /// A string as Go's `encoding/json` writes it.
    public JsonWriter text(String value) {
        separate();
        string(value, true);
        return this;
    }

    /// A string in which `<`, `>` and `&` stay as they are.
    public JsonWriter verbatim(String value) {
        separate();
        string(value, false);
        return this;
    }

    public JsonWriter number(long value) {
        separate();
        digits(value);
        return this;
    }

    /// A `float64` as `encoding/json` writes it. Infinities and NaN, which JSON lacks, fail.
    public JsonWriter number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("JSON has no number " + value);
        }
        separate();
        decimal(value);
        return this;
    }

    public JsonWriter bool(boolean value) {
        separate();
        ascii(value ? "true" : "false");
        return this;
    }

    public JsonWriter nothing() {
        separate();
        ascii("null");
        return this;
    }

    /// A value that is JSON already.
    public JsonWriter raw(String json) {
        separate();
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        drain();
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /// A time as the API writes it: seconds, and three decimals where there are milliseconds.
    public JsonWriter timestamp(long ms) {
        separate();
        room();
        if (ms < 0) {
            buffer[used++] = '-';
        }
        long magnitude = Math.abs(ms);
        digits(magnitude / 1000);
        int fraction = (int) (magnitude % 1000);
        if (fraction != 0) {
            room();
            buffer[used++] = '.';
            buffer[used++] = (byte) ('0' + fraction / 100);
            buffer[used++] = (byte) ('0' + fraction / 10 % 10);
            buffer[used++] = (byte) ('0' + fraction % 10);
        }
        return this;
    }

    /// A sample's value: a string, with an exponent only below 1e-6 and from 1e21 on.
    public JsonWriter value(double value) {
        separate();
        put('"');
        if (Double.isNaN(value)) {
            ascii("NaN");
        } else if (Double.isInfinite(value)) {
            ascii(value > 0 ? "+Inf" : "-Inf");
        } else {
            decimal(value);
        }
        put('"');
        return this;
    }

    /// A value that never has an exponent, as scalar results are written.
    public JsonWriter plainValue(double value) {
        separate();
        put('"');
        ascii(GoText.plain(value));
        put('"');
        return this;
    }

    /// A label set as an object.
    public JsonWriter labels(Labels labels) {
        open('{');
        byte[] bytes = labels.encoded();
        int at = 0;
        while (at < bytes.length) {
            int start = Labels.textStart(bytes, at);
            int length = Labels.textLength(bytes, at);
            separate();
            utf8(bytes, start, length);
            put(':');
            at = start + length;
            start = Labels.textStart(bytes, at);
            length = Labels.textLength(bytes, at);
            utf8(bytes, start, length);
            at = start + length;
        }
        close('}');
        return this;
    }

    /// An array of strings.
    public JsonWriter texts(Collection<String> values) {
        beginArray();
        for (String value : values) {
            text(value);
        }
        return endArray();
    }

    /// An object of strings, in the map's order.
    public JsonWriter texts(Map<String, String> values) {
        beginObject();
        values.forEach((name, value) -> name(name).text(value));
        return endObject();
    }

    public JsonWriter field(String name, String value) {
        return name(name).text(value);
    }

    public JsonWriter field(String name, long value) {
        return name(name).number(value);
    }

    public JsonWriter field(String name, double value) {
        return name(name).number(value);
    }

    public JsonWriter field(String name, boolean value) {
        return name(name).bool(value);
    }

    /// Hands everything to the stream and flushes it.
    public void flush() {
        drain();
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void open(char bracket) {
        separate();
        put(bracket);
        comma = false;
    }

    private void close(char bracket) {
        put(bracket);
        comma = true;
    }

    /// The comma before what comes next, where one belongs there.
    private void separate() {
        if (comma) {
            put(',');
        }
        comma = true;
    }

    private void string(String value, boolean html) {
        put('"');
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                escaped((byte) c, html);
            } else if (html && (c == '\u2028' || c == '\u2029')) {
                ascii(c == '\u2028' ? "\\u2028" : "\\u2029");
            } else {
                room();
                i += encode(value, i);
            }
        }
        put('"');
    }

    /// Encodes the character at `i` and says how many further ones it took.
    private int encode(String value, int i) {
        int c = value.codePointAt(i);
        if (c >= 0xD800 && c <= 0xDFFF) {
            c = 0xFFFD;
        }
        if (c < 0x800) {
            buffer[used++] = (byte) (0xC0 | c >> 6);
        } else {
            if (c < 0x10000) {
                buffer[used++] = (byte) (0xE0 | c >> 12);
            } else {
                buffer[used++] = (byte) (0xF0 | c >> 18);
                buffer[used++] = (byte) (0x80 | c >> 12 & 0x3F);
            }
            buffer[used++] = (byte) (0x80 | c >> 6 & 0x3F);
        }
        buffer[used++] = (byte) (0x80 | c & 0x3F);
        return c < 0x10000 ? 0 : 1;
    }

    private void utf8(byte[] bytes, int start, int length) {
        put('"');
        for (int i = start; i < start + length; i++) {
            byte b = bytes[i];
            if (b < 0) {
                put((char) (b & 0xFF));
            } else {
                escaped(b, false);
            }
        }
        put('"');
    }

    private void escaped(byte c, boolean html) {
        room();
        if (c >= ' ' && c != '"' && c != '\\' && !(html && (c == '<' || c == '>' || c == '&'))) {
            buffer[used++] = c;
            return;
        }
        buffer[used++] = '\\';
        switch (c) {
            case '"', '\\' -> buffer[used++] = c;
            case '\n' -> buffer[used++] = 'n';
            case '\r' -> buffer[used++] = 'r';
            case '\t' -> buffer[used++] = 't';
            default -> {
                buffer[used++] = 'u';
                buffer[used++] = '0';
                buffer[used++] = '0';
                buffer[used++] = HEX[c >> 4];
                buffer[used++] = HEX[c & 15];
            }
        }
    }

    private void digits(long value) {
        room();
        if (value == Long.MIN_VALUE) {
            ascii("-9223372036854775808");
            return;
        }
        long rest = value;
        if (rest < 0) {
            buffer[used++] = '-';
            rest = -rest;
        }
        int count = 1;
        for (long bound = 10; count < 19 && rest >= bound; bound *= 10) {
            count++;
        }
        for (int i = used + count - 1; i >= used; i--) {
            buffer[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        used += count;
    }

    /// A finite number in Go's shortest form.
    private void decimal(double value) {
        long whole = (long) value;
        if (whole == value && Math.abs(whole) < 1_000_000_000_000_000L && (whole != 0 || 1 / value > 0)) {
            digits(whole);
            return;
        }
        double magnitude = Math.abs(value);
        if (magnitude < Double.MIN_NORMAL) {
            ascii(GoText.json(value));
            return;
        }
        // Of normal numbers Java prints the same shortest digits as Go; only their layout differs.
        String text = Double.toString(magnitude);
        int e = text.indexOf('E');
        int point = text.indexOf('.');
        int end = e < 0 ? text.length() : e;
        if (text.charAt(end - 1) == '0' && end == point + 2) {
            end = point;
        }
        int exponent = e < 0 ? 0 : Integer.parseInt(text, e + 1, text.length(), 10);
        room();
        if (value < 0) {
            buffer[used++] = '-';
        }
        if (magnitude < 1e-6 || magnitude >= 1e21) {
            copy(text, 0, end);
            buffer[used++] = 'e';
            buffer[used++] = (byte) (exponent < 0 ? '-' : '+');
            int shown = Math.abs(exponent);
            if (shown < 10) {
                buffer[used++] = '0';
            }
            digits(shown);
        } else if (exponent == 0) {
            copy(text, 0, end);
        } else if (exponent < 0) {
            buffer[used++] = '0';
            buffer[used++] = '.';
            for (int i = exponent + 1; i < 0; i++) {
                buffer[used++] = '0';
            }
            copy(text, 0, point);
            copy(text, point + 1, end);
        } else {
            copy(text, 0, point);
            int fraction = Math.max(0, end - point - 1);
            copy(text, point + 1, point + 1 + Math.min(fraction, exponent));
            for (int i = fraction; i < exponent; i++) {
                buffer[used++] = '0';
            }
            if (fraction > exponent) {
                buffer[used++] = '.';
                copy(text, point + 1 + exponent, end);
            }
        }
    }

    private void copy(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            buffer[used++] = (byte) text.charAt(i);
        }
    }

    private void ascii(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            put(text.charAt(i));
        }
    }

    private void put(char c) {
        if (used == buffer.length) {
            drain();
        }
        buffer[used++] = (byte) c;
    }

    /// Makes room for one piece of bounded length.
    private void room() {
        if (used + LONGEST_PIECE > buffer.length) {
            drain();
        }
    }

    private void drain() {
        try {
            out.write(buffer, 0, used);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        used = 0;
    }
}
