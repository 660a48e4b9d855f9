package io.pharos.runtime.http;

import io.pharos.model.text.GoText;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads answers of HTTP/1.x (RFC 9112), one after the other, from bytes as they come, in the words of Go where they
/// are
/// malformed. Of their headers it keeps those that a scrape asks for. Not thread-safe.
final class ReplyReader {
    private static final int MOST_HEAD_BYTES = 1 << 20;
    private static final int MOST_CHUNK_DIGITS = 15;
    private static final byte[] NOTHING = {};

    /// What the next bytes are.
    private enum Part {
        STATUS,
        HEADER,
        /// As many bytes of the body as `left` says.
        BODY,
        /// The body goes on until the connection ends.
        UNTIL_CLOSED,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        DONE
    }

    private Part part = Part.STATUS;
    /// The beginning of a line whose end is still to come.
    private byte[] begun = NOTHING;

    private int lineBytes;
    private int status;
    private long left;
    private boolean open;

    private boolean typed;
    private boolean encoded;
    private boolean located;
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

    /// Begins an answer.
    void begin() {
        part = Part.STATUS;
        begun = NOTHING;
        lineBytes = 0;
        open = false;
    }

    /// Whether anything of the answer came.
    boolean hasBegun() {
        return part != Part.STATUS || lineBytes > 0;
    }

    /// Whether the head is over.
    boolean inBody() {
        return part != Part.STATUS && part != Part.HEADER;
    }

    /// Whether the next bytes may go right behind the body's; of them at most [#left] are the body's.
    boolean takesBody() {
        return part == Part.BODY || part == Part.UNTIL_CLOSED || part == Part.CHUNK;
    }

    /// How many bytes of this part of the body are still to come.
    long left() {
        return left;
    }

    /// Whether the connection can take another request once the answer is whole.
    boolean staysOpen() {
        return open;
    }

    /// Takes the next bytes, those of the body into `into`.
    ///
    /// @return whether the answer is whole
    boolean take(byte[] in, int from, int to, HttpLine.Body into) throws IOException {
        int at = from;
        while (at < to && part != Part.DONE) {
            if (takesBody()) {
                int n = (int) Math.min(left, to - at);
                into.ensure(n);
                System.arraycopy(in, at, into.bytes(), into.length(), n);
                at += n;
                advance(n, into);
            } else {
                at = line(in, at, to, into);
            }
        }
        // What nobody asked for makes the connection useless.
        open &= at == to;
        return part == Part.DONE;
    }

    /// Notes that `n` bytes were read right into the body.
    ///
    /// @return whether the answer is whole
    boolean advance(int n, HttpLine.Body into) {
        into.advance(n);
        if (part != Part.UNTIL_CLOSED) {
            left -= n;
            if (left == 0) {
                part = part == Part.CHUNK ? Part.CHUNK_END : Part.DONE;
            }
        }
        return part == Part.DONE;
    }

    /// Takes the end of the connection, which ends the answer well or is an error.
    void takeEnd() throws IOException {
        if (part != Part.UNTIL_CLOSED) {
            throw new EOFException();
        }
        part = Part.DONE;
    }

    /// The answer that is whole.
    HttpLine.Reply reply() {
        return new HttpLine.Reply(status, reason.text, type.text, encoding.text, location.text);
    }

    private int line(byte[] in, int from, int to, HttpLine.Body into) throws IOException {
        int newline = indexOf(in, '\n', from, to);
        int stop = newline < 0 ? to : newline + 1;
        lineBytes += stop - from;
        if (lineBytes > MOST_HEAD_BYTES) {
            throw new IOException("net/http: server response headers exceeded " + MOST_HEAD_BYTES + " bytes; aborted");
        }
        if (newline >= 0 && begun.length == 0) {
            endLine(in, from, beforeEnd(in, from, newline), into);
            return stop;
        }
        int had = begun.length;
        byte[] longer = Arrays.copyOf(begun, had + stop - from);
        System.arraycopy(in, from, longer, had, stop - from);
        begun = newline < 0 ? longer : NOTHING;
        if (newline >= 0) {
            endLine(longer, 0, beforeEnd(longer, 0, longer.length - 1), into);
        }
        return stop;
    }

    private static int beforeEnd(byte[] in, int from, int newline) {
        return newline > from && in[newline - 1] == '\r' ? newline - 1 : newline;
    }

    private void endLine(byte[] line, int start, int stop, HttpLine.Body into) throws IOException {
        switch (part) {
            case STATUS -> {
                status(line, start, stop);
                part = Part.HEADER;
            }
            case HEADER -> {
                if (start == stop) {
                    endHead(into);
                } else {
                    header(line, start, stop);
                }
            }
            case CHUNK_SIZE -> chunkSize(line, start, stop);
            case CHUNK_END -> {
                if (start != stop) {
                    throw new IOException("malformed chunked encoding");
                }
                part = Part.CHUNK_SIZE;
                lineBytes = 0;
            }
            case TRAILER -> {
                if (start == stop) {
                    part = Part.DONE;
                }
            }
            case BODY, UNTIL_CLOSED, CHUNK, DONE ->
                throw new IllegalStateException("bug: a line in " + part + " of an answer");
        }
    }

    private void status(byte[] line, int start, int stop) throws IOException {
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
        int code = 0;
        for (int i = digits; i < digitsEnd; i++) {
            int digit = line[i] - '0';
            if (digit < 0 || digit > 9) {
                code = -1;
                break;
            }
            code = code * 10 + digit;
        }
        if (digitsEnd - digits != 3 || code < 100) {
            throw broken("malformed HTTP status code " + quoted(line, digits, digitsEnd));
        }
        if (line[start + 5] != '1') {
            throw broken("malformed HTTP version " + quoted(line, start, space));
        }
        status = code;
        open = line[start + 7] != '0';
        reason = reason.or(line, after < 0 ? stop : after + 1, stop);
        length = -1;
        chunked = false;
        typed = false;
        encoded = false;
        located = false;
    }

    private void header(byte[] line, int start, int end) throws IOException {
        int colon = indexOf(line, ':', start, end);
        if (colon <= start) {
            throw broken(
                    "malformed MIME header line: " + new String(line, start, end - start, StandardCharsets.ISO_8859_1));
        }
        int stop = end;
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

    private void endHead(HttpLine.Body into) {
        type = typed ? type : Text.EMPTY;
        encoding = encoded ? encoding : Text.EMPTY;
        location = located ? location : Text.EMPTY;
        if (status / 100 == 1) {
            part = Part.STATUS;
            return;
        }
        into.begin(status);
        if (status == 204 || status == 304) {
            part = Part.DONE;
        } else if (chunked) {
            part = Part.CHUNK_SIZE;
            lineBytes = 0;
        } else if (length < 0) {
            part = Part.UNTIL_CLOSED;
            left = Long.MAX_VALUE;
            open = false;
        } else {
            part = length == 0 ? Part.DONE : Part.BODY;
            left = length;
        }
    }

    private void chunkSize(byte[] line, int start, int stop) throws IOException {
        long size = 0;
        int i = start;
        for (; i < stop && line[i] != ';' && !isBlank(line[i]); i++) {
            int digit = Character.digit(line[i], 16);
            if (digit < 0) {
                throw new IOException("invalid byte in chunk length");
            }
            if (i - start >= MOST_CHUNK_DIGITS) {
                throw new IOException("http chunk length too large");
            }
            size = size << 4 | digit;
        }
        if (i == start) {
            throw new IOException("invalid byte in chunk length");
        }
        part = size == 0 ? Part.TRAILER : Part.CHUNK;
        left = size;
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

    private static String quoted(byte[] in, int from, int to) {
        return GoText.quote(new String(in, from, to - from, StandardCharsets.ISO_8859_1));
    }

    private static IOException broken(String what) {
        return new IOException("net/http: HTTP/1.x transport connection broken: " + what);
    }
}
