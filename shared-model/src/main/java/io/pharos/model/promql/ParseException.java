package io.pharos.model.promql;

import java.nio.charset.StandardCharsets;

/// A text that is not PromQL. The message is Prometheus': `1:5: parse error: unexpected end of input`.
public final class ParseException extends IllegalArgumentException {
    private final String reason;
    private final Span span;

    ParseException(byte[] text, Span span, String reason) {
        super(position(text, span.start()) + ": parse error: " + reason);
        this.reason = reason;
        this.span = span;
    }

    /// What is wrong, without the position.
    public String reason() {
        return reason;
    }

    /// Where, in UTF-8 bytes.
    public Span span() {
        return span;
    }

    /// `line:column` of a byte of an expression, both from 1; the column counts bytes. It is how errors, warnings
    /// and infos name a place.
    public static String position(String text, int at) {
        return position(text.getBytes(StandardCharsets.UTF_8), at);
    }

    private static String position(byte[] text, int at) {
        if (text.length == 0) {
            return "unknown position";
        }
        if (at < 0 || at > text.length) {
            return "invalid position";
        }
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < at; i++) {
            if (text[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return line + ":" + (at - lineStart + 1);
    }
}
