package io.pharos.runtime.web;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/// How a body is compressed: the first of `gzip` and `deflate` that the client names (`util/httputil/compression.go` of
/// Prometheus 3.14; weights are not looked at).
enum Compression {
    NONE(""),
    GZIP("gzip"),
    DEFLATE("deflate");

    private final String encoding;

    Compression(String encoding) {
        this.encoding = encoding;
    }

    static Compression accepted(String acceptEncoding) {
        for (String part : acceptEncoding.split(",")) {
            switch (part.strip()) {
                case "gzip" -> {
                    return GZIP;
                }
                case "deflate" -> {
                    return DEFLATE;
                }
                default -> {}
            }
        }
        return NONE;
    }

    /// The `Content-Encoding`; empty for none.
    String encoding() {
        return encoding;
    }

    /// A stream that compresses into another; closing it ends the compressed data and leaves the other one open only
    /// where that ignores being closed.
    OutputStream wrap(OutputStream out) throws IOException {
        return switch (this) {
            case NONE -> out;
            // Answers are read once, over a fast network: speed before size.
            case GZIP ->
                new GZIPOutputStream(out, 8192) {
                    {
                        def.setLevel(Deflater.BEST_SPEED);
                    }
                };
            case DEFLATE -> new DeflaterOutputStream(out, new Deflater(Deflater.BEST_SPEED), 8192);
        };
    }
}
