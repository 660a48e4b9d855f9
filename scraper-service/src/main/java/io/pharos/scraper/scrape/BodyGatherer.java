package io.pharos.scraper.scrape;

import io.netty.buffer.ByteBuf;
import io.pharos.runtime.http.BodySink;
import io.pharos.runtime.http.HttpLine;

/// Gathers one body in one array, whole, within a limit. Of an answer that is no success the body is thrown away.
/// Filled
/// by one thread at a time.
final class BodyGatherer implements HttpLine.Body, BodySink {
    static final String TOO_LARGE = "body size limit exceeded";

    private static final int OK = 200;

    private final BodyBuffers buffers;
    private final long limit;
    private byte[] bytes;
    private int length;
    private boolean discards;

    /// @param limit a body of this many bytes is too large already
    BodyGatherer(BodyBuffers buffers, long limit, int expected) {
        this.buffers = buffers;
        this.limit = limit;
        // One byte more for the parser's newline.
        bytes = buffers.take((int) Math.min(expected, limit) + 1);
    }

    @Override
    public void begin(int status) {
        discards = status != OK;
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void advance(int n) {
        length = discards ? 0 : length + n;
        if (length >= limit) {
            throw new ScrapeFailure(TOO_LARGE);
        }
    }

    @Override
    public void take(ByteBuf part) {
        int n = part.readableBytes();
        ensure(n);
        part.readBytes(bytes, length, n);
        advance(n);
    }

    @Override
    public void ensure(int more) {
        long needed = (long) length + more;
        if (needed + 1 > bytes.length) {
            long wanted = Math.max(needed, Math.min(limit, bytes.length * 2L)) + 1;
            if (wanted > Integer.MAX_VALUE - 16) {
                throw new ScrapeFailure(TOO_LARGE);
            }
            byte[] larger = buffers.take((int) wanted);
            System.arraycopy(bytes, 0, larger, 0, length);
            buffers.give(bytes);
            bytes = larger;
        }
    }

    void release() {
        buffers.give(bytes);
        bytes = new byte[0];
        length = 0;
    }

    /// The body that this one holds compressed; releases this one.
    ///
    /// @throws ScrapeFailure where it is no gzip, is cut, or is larger than the limit
    BodyGatherer unzipped(int expected) {
        var plain = new BodyGatherer(buffers, limit, Math.max(expected, length));
        boolean whole = false;
        try {
            Gunzip.unpack(bytes, length, plain, buffers);
            whole = true;
            return plain;
        } finally {
            release();
            if (!whole) {
                plain.release();
            }
        }
    }
}
