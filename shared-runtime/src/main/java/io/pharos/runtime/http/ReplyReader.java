package io.pharos.runtime.http;

import io.pharos.model.text.GoText;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads answers of HTTP/1.x (RFC 9112), one after the other, in the words of Go where they are malformed. Of their
/// headers it keeps those that a scrape asks for. Not thread-safe.
final class ReplyReader {
    private static final int MOST_HEAD_BYTES = 1 << 20;
    private static final int MOST_CHUNK_DIGITS = 15;
    private static final byte[] NOTHING = {};

    private byte[] buffer = NOTHING;
    private int at;
    private int end;
    private int headBytes;
    private boolean begun;
    private boolean body;
    private boolean open;

    private boolean chunked;
    private long length;
    private Text type = Text.EMPTY;
    private Text encoding = Text.EMPTY;
    private Text location = Text.EMPTY;
    private Text reason = Text.EMPTY;

    /// A header's value, kept while answers go on having it: most do.
    private record Text(byte[] bytes, String text) {
        static final Text EMPTY = new Text(NOTHING, "");

        Text or(byte[] from, int start, int stop) {
            return Arrays.equals(bytes, 0, bytes.length, from, start, stop)
                    ? this
                    : new Text(
                            Arrays.copyOfRange(from, start, stop),
                            new String(from, start, stop - start, StandardCharsets.ISO_8859_1));
        }
    }

    /// Begins an answer; `lent` is the reader's until [#end].
    void begin(byte[] lent) {
        buffer = lent;
        at = 0;
        end = 0;
        headBytes = 0;
        begun = false;
        body = false;
        open = false;
    }

    void end() {
        buffer = NOTHING;
    }

    /// Whether anything of the answer came.
    boolean hasBegun() {
        return begun;
    }

    /// Whether the head is over.
    boolean inBody() {
        return body;
    }

    /// Whether the connection can take another request once the answer is whole.
    boolean staysOpen() {
        return open;
    }

    /// Waits for the first bytes.
    void await(Wire wire) throws IOException {
        fill(wire);
        begun = true;
    }

    private void fill(Wire wire) throws IOException {
        int n = wire.read(buffer, 0, buffer.length);
        if (n < 0) {
            throw new EOFException();
        }
        at = 0;
        end = n;
    }

    HttpLine.Reply read(Wire wire, HttpLine.Body into) throws IOException {
        int status;
        do {
            status = head(wire);
        } while (status / 100 == 1);
        body = true;
        into.begin(status);
        boolean toTheEnd = false;
        if (status == 204 || status == 304) {
            length = 0;
        } else if (chunked) {
            chunks(wire, into);
            length = 0;
        } else if (length < 0) {
            toTheEnd = true;
            open = false;
        }
        if (toTheEnd) {
            untilClosed(wire, into);
        } else {
            take(wire, into, length);
        }
        // What nobody asked for makes the connection useless.
        open &= at == end;
        return new HttpLine.Reply(status, reason.text, type.text, encoding.text, location.text);
    }

    private int head(Wire wire) throws IOException {
        byte[] line = line(wire);
        int stop = lineEnd;
        int start = lineStart;
        int space = indexOf(line, ' ', start, stop);
        boolean known = stop - start >= 8
                && line[start] == 'H'
                && line[start + 1] == 'T'
                && line[start + 2] == 'T'
                && line[start + 3] == 'P'
                && line[start + 4] == '/'
                && line[start + 6] == '.';
        if (!known || space < 0) {
            throw broken("malformed HTTP response " + quoted(line, start, stop));
        }
        int digits = space + 1;
        int after = indexOf(line, ' ', digits, stop);
        int digitsEnd = after < 0 ? stop : after;
        int status = 0;
        for (int i = digits; i < digitsEnd; i++) {
            int digit = line[i] - '0';
            if (digit < 0 || digit > 9) {
                status = -1;
                break;
            }
            status = status * 10 + digit;
        }
        if (digitsEnd - digits != 3 || status < 100) {
            throw broken("malformed HTTP status code " + quoted(line, digits, digitsEnd));
        }
        if (line[start + 5] != '1') {
            throw broken("malformed HTTP version " + quoted(line, start, space));
        }
        open = line[start + 7] != '0';
        reason = reason.or(line, after < 0 ? stop : after + 1, stop);
        length = -1;
        chunked = false;
        boolean typed = false;
        boolean encoded = false;
        boolean located = false;
        while (true) {
            line = line(wire);
            start = lineStart;
            stop = lineEnd;
            if (start == stop) {
                break;
            }
            int colon = indexOf(line, ':', start, stop);
            if (colon <= start) {
                throw broken("malformed MIME header line: "
                        + new String(line, start, stop - start, StandardCharsets.ISO_8859_1));
            }
            int from = colon + 1;
            while (from < stop && isBlank(line[from])) {
                from++;
            }
            while (stop > from && isBlank(line[stop - 1])) {
                stop--;
            }
            if (isName(line, start, colon, "content-length")) {
                length = number(line, from, stop);
            } else if (isName(line, start, colon, "content-type")) {
                type = typed ? type : type.or(line, from, stop);
                typed = true;
            } else if (isName(line, start, colon, "content-encoding")) {
                encoding = encoded ? encoding : encoding.or(line, from, stop);
                encoded = true;
            } else if (isName(line, start, colon, "location")) {
                location = located ? location : location.or(line, from, stop);
                located = true;
            } else if (isName(line, start, colon, "transfer-encoding")) {
                if (!isName(line, from, stop, "chunked")) {
                    throw broken("unsupported transfer encoding: " + quoted(line, from, stop));
                }
                chunked = true;
            } else if (isName(line, start, colon, "connection")) {
                if (isName(line, from, stop, "close")) {
                    open = false;
                } else if (isName(line, from, stop, "keep-alive")) {
                    open = true;
                }
            }
        }
        type = typed ? type : Text.EMPTY;
        encoding = encoded ? encoding : Text.EMPTY;
        location = located ? location : Text.EMPTY;
        return status;
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }

    private static int indexOf(byte[] in, int wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (in[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isName(byte[] in, int from, int to, String lower) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            int c = in[from + i];
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private long number(byte[] in, int from, int to) throws IOException {
        long n = 0;
        for (int i = from; i < to; i++) {
            int digit = in[i] - '0';
            if (digit < 0 || digit > 9 || to - from > 18) {
                throw broken("bad Content-Length " + quoted(in, from, to));
            }
            n = n * 10 + digit;
        }
        if (to == from || length >= 0 && length != n) {
            throw broken("bad Content-Length " + quoted(in, from, to));
        }
        return n;
    }

    private int lineStart;
    private int lineEnd;

    /// The next line, between `lineStart` and `lineEnd` of the array, its end left out.
    private byte[] line(Wire wire) throws IOException {
        int newline = indexOf(buffer, '\n', at, end);
        if (newline >= 0) {
            lineStart = at;
            lineEnd = newline > at && buffer[newline - 1] == '\r' ? newline - 1 : newline;
            count(newline + 1 - at);
            at = newline + 1;
            return buffer;
        }
        byte[] longer = Arrays.copyOfRange(buffer, at, end);
        count(end - at);
        at = end;
        while (true) {
            fill(wire);
            newline = indexOf(buffer, '\n', at, end);
            int stop = newline < 0 ? end : newline + 1;
            count(stop - at);
            int had = longer.length;
            longer = Arrays.copyOf(longer, had + stop - at);
            System.arraycopy(buffer, at, longer, had, stop - at);
            at = stop;
            if (newline >= 0) {
                int n = longer.length - 1;
                lineStart = 0;
                lineEnd = n > 0 && longer[n - 1] == '\r' ? n - 1 : n;
                return longer;
            }
        }
    }

    private void count(int bytes) throws IOException {
        headBytes += bytes;
        if (headBytes > MOST_HEAD_BYTES) {
            throw new IOException("net/http: server response headers exceeded " + MOST_HEAD_BYTES + " bytes; aborted");
        }
    }

    private void chunks(Wire wire, HttpLine.Body into) throws IOException {
        while (true) {
            headBytes = 0;
            byte[] line = line(wire);
            long size = 0;
            int i = lineStart;
            for (; i < lineEnd && line[i] != ';' && !isBlank(line[i]); i++) {
                int digit = Character.digit(line[i], 16);
                if (digit < 0) {
                    throw new IOException("invalid byte in chunk length");
                }
                if (i - lineStart >= MOST_CHUNK_DIGITS) {
                    throw new IOException("http chunk length too large");
                }
                size = size << 4 | digit;
            }
            if (i == lineStart) {
                throw new IOException("invalid byte in chunk length");
            }
            if (size == 0) {
                do {
                    line(wire);
                } while (lineStart != lineEnd);
                return;
            }
            take(wire, into, size);
            line(wire);
            if (lineStart != lineEnd) {
                throw new IOException("malformed chunked encoding");
            }
        }
    }

    /// Reads `count` bytes of the body.
    private void take(Wire wire, HttpLine.Body into, long count) throws IOException {
        long left = count;
        while (left > 0) {
            int n;
            if (at < end) {
                n = (int) Math.min(left, end - at);
                into.ensure(n);
                System.arraycopy(buffer, at, into.bytes(), into.length(), n);
                at += n;
            } else {
                into.ensure(1);
                int room = room(into);
                n = wire.read(into.bytes(), into.length(), (int) Math.min(left, room));
                if (n < 0) {
                    throw new EOFException();
                }
            }
            into.advance(n);
            left -= n;
        }
    }

    private void untilClosed(Wire wire, HttpLine.Body into) throws IOException {
        int rest = end - at;
        if (rest > 0) {
            take(wire, into, rest);
        }
        while (true) {
            into.ensure(1);
            int n = wire.read(into.bytes(), into.length(), room(into));
            if (n < 0) {
                return;
            }
            into.advance(n);
        }
    }

    /// One byte is left for those who write behind the end.
    private static int room(HttpLine.Body into) {
        return into.bytes().length - 1 - into.length();
    }

    private static String quoted(byte[] in, int from, int to) {
        return GoText.quote(new String(in, from, to - from, StandardCharsets.ISO_8859_1));
    }

    private static IOException broken(String what) {
        return new IOException("net/http: HTTP/1.x transport connection broken: " + what);
    }
}
