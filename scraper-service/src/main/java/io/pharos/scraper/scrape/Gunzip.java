package io.pharos.scraper.scrape;

import io.pharos.runtime.http.HttpLine;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Unpacks gzip (RFC 1952) with its inflaters used again, in the words of Go's `compress/gzip` where it is broken:
/// members may follow each other, anything else behind one fails.
final class Gunzip {
    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final String CUT = "unexpected EOF";

    private final byte[] packed;
    private final int end;
    private final HttpLine.Body into;
    private final Inflater inflater;
    private int at;

    private Gunzip(byte[] packed, int end, HttpLine.Body into, Inflater inflater) {
        this.packed = packed;
        this.end = end;
        this.into = into;
        this.inflater = inflater;
    }

    /// Unpacks `packed[0, length)`.
    ///
    /// @throws ScrapeFailure where it is no gzip or is cut, and as `into` refuses what is too much
    static void unpack(byte[] packed, int length, HttpLine.Body into, BodyBuffers buffers) {
        if (length == 0) {
            throw new ScrapeFailure("EOF");
        }
        Inflater inflater = buffers.takeInflater();
        try {
            var gunzip = new Gunzip(packed, length, into, inflater);
            while (gunzip.at < length) {
                gunzip.member();
            }
        } finally {
            buffers.giveInflater(inflater);
        }
    }

    private void member() {
        header();
        var sum = new CRC32();
        long size = 0;
        int body = at;
        inflater.reset();
        inflater.setInput(packed, at, end - at);
        while (!inflater.finished()) {
            into.ensure(1);
            int from = into.length();
            int n;
            try {
                // One byte is left for the parser's newline.
                n = inflater.inflate(into.bytes(), from, into.bytes().length - 1 - from);
            } catch (DataFormatException _) {
                throw corrupt(body);
            }
            if (n == 0 && !inflater.finished()) {
                throw inflater.needsDictionary() ? corrupt(body) : new ScrapeFailure(CUT);
            }
            sum.update(into.bytes(), from, n);
            size += n;
            into.advance(n);
        }
        at = end - inflater.getRemaining();
        if (end - at < TRAILER) {
            throw new ScrapeFailure(CUT);
        }
        if (number(at, 4) != sum.getValue() || number(at + 4, 4) != (size & 0xffffffffL)) {
            throw new ScrapeFailure("gzip: invalid checksum");
        }
        at += TRAILER;
    }

    private ScrapeFailure corrupt(int body) {
        return new ScrapeFailure("flate: corrupt input before offset " + (end - inflater.getRemaining() - body));
    }

    private void header() {
        int from = at;
        int flags = byteAt(from + 3, HEADER - 3);
        if (byteAt(from, 1) != 0x1f || byteAt(from + 1, 1) != 0x8b || byteAt(from + 2, 1) != 8) {
            throw new ScrapeFailure("gzip: invalid header");
        }
        at = from + HEADER;
        if ((flags & EXTRA) != 0) {
            byteAt(at, 2);
            int length = (int) number(at, 2);
            byteAt(at + 2, length);
            at += 2 + length;
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            var sum = new CRC32();
            sum.update(packed, from, at - from);
            byteAt(at, 2);
            if (number(at, 2) != (sum.getValue() & 0xffff)) {
                throw new ScrapeFailure("gzip: invalid header");
            }
            at += 2;
        }
    }

    private void skipText() {
        while (byteAt(at, 1) != 0) {
            at++;
        }
        at++;
    }

    /// The byte at `i`, of which and the bytes after it there must be `count`.
    private int byteAt(int i, int count) {
        if (end - i < count) {
            throw new ScrapeFailure(CUT);
        }
        return i < end ? packed[i] & 0xff : 0;
    }

    private long number(int from, int bytes) {
        long n = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            n = n << 8 | packed[from + i] & 0xff;
        }
        return n;
    }
}
