package io.pharos.scraper.scrape;

import io.netty.buffer.ByteBuf;
import io.pharos.runtime.http.HttpLine;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Gathers one body in one array, whole, within a limit. Filled by one thread at a time.
final class BodyGatherer implements HttpLine.Body {
    static final String TOO_LARGE = "body size limit exceeded";

    private static final int GZIP_HEADER = 10;

    private final BodyBuffers buffers;
    private final long limit;
    private byte[] bytes;
    private int length;

    /// @param limit a body of this many bytes is too large already
    BodyGatherer(BodyBuffers buffers, long limit, int expected) {
        this.buffers = buffers;
        this.limit = limit;
        // One byte more for the parser's newline.
        bytes = buffers.take((int) Math.min(expected, limit) + 1);
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
        length += n;
        if (length >= limit) {
            throw new ScrapeFailure(TOO_LARGE);
        }
    }

    void append(ByteBuf chunk) {
        int n = chunk.readableBytes();
        ensure(n);
        chunk.readBytes(bytes, length, n);
        length += n;
    }

    @Override
    public void ensure(int more) {
        long needed = (long) length + more;
        if (needed >= limit) {
            throw new ScrapeFailure(TOO_LARGE);
        }
        if (needed + 1 > bytes.length) {
            byte[] larger = buffers.take((int) Math.min(limit, Math.max(needed, bytes.length * 2L)) + 1);
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
        if (length < GZIP_HEADER) {
            String error = length == 0 ? "EOF" : "unexpected EOF";
            release();
            throw new ScrapeFailure(error);
        }
        var plain = new BodyGatherer(buffers, limit, Math.max(expected, length));
        try (var zip = new GZIPInputStream(new ByteArrayInputStream(bytes, 0, length), 32 * 1024)) {
            while (true) {
                plain.ensure(1);
                int room = plain.bytes.length - 1 - plain.length;
                int n = zip.read(plain.bytes, plain.length, room);
                if (n < 0) {
                    break;
                }
                plain.length += n;
                if (plain.length >= limit) {
                    throw new ScrapeFailure(TOO_LARGE);
                }
            }
        } catch (EOFException _) {
            plain.release();
            throw new ScrapeFailure("unexpected EOF");
        } catch (ZipException _) {
            plain.release();
            throw new ScrapeFailure("gzip: invalid header");
        } catch (IOException e) {
            plain.release();
            throw new ScrapeFailure("gzip: " + e.getMessage());
        } catch (ScrapeFailure e) {
            plain.release();
            throw e;
        } finally {
            release();
        }
        return plain;
    }
}
