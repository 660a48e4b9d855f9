package io.pharos.runtime.flags;

import io.pharos.model.text.ByteSize;
import io.pharos.model.text.GoDuration;
import io.pharos.model.text.GoText;
import io.pharos.model.text.PromDuration;
import java.util.List;

/// How the value of a flag is checked and printed.
enum FlagType {
    TEXT,
    SWITCH,
    /// Prometheus' durations, `15d`.
    DURATION,
    /// Go's durations, `1.5h`; days, weeks and years as well, as Alertmanager's command line takes them.
    GO_DURATION,
    /// `512MB`, base 2.
    BYTES,
    INTEGER,
    FLOAT,
    LOG_LEVEL,
    LOG_FORMAT;

    /// Checks a value; fails with [IllegalArgumentException] in the words of Go's flag parsers.
    void check(String value) {
        switch (this) {
            case TEXT, SWITCH -> {}
            case DURATION, GO_DURATION -> millis(value);
            case BYTES -> bytes(value);
            case INTEGER, FLOAT -> number(value);
            case LOG_LEVEL -> oneOf(value, List.of("debug", "info", "warn", "error"), "unrecognized log level ");
            case LOG_FORMAT -> oneOf(value, List.of("logfmt", "json"), "unrecognized log format ");
        }
    }

    private static void oneOf(String value, List<String> allowed, String error) {
        if (!allowed.contains(value)) {
            throw new IllegalArgumentException(error + value);
        }
    }

    /// How `/status/flags` prints a value.
    String print(String value) {
        return switch (this) {
            case TEXT, SWITCH, LOG_LEVEL, LOG_FORMAT -> value;
            case DURATION -> GoText.promDuration(millis(value));
            case GO_DURATION -> GoText.duration(millis(value) * 1_000_000);
            case BYTES -> ByteSize.print(bytes(value));
            case INTEGER -> Long.toString((long) number(value));
            case FLOAT -> GoText.general(number(value));
        };
    }

    long millis(String value) {
        if (value.isEmpty()) {
            return 0;
        }
        if (this == DURATION) {
            return PromDuration.parse(value);
        }
        try {
            return GoDuration.parse(value) / 1_000_000;
        } catch (IllegalArgumentException e) {
            try {
                return PromDuration.parse(value);
            } catch (IllegalArgumentException _) {
                throw e;
            }
        }
    }

    long bytes(String value) {
        return value.isEmpty() ? 0 : ByteSize.parse(value);
    }

    double number(String value) {
        return value.isEmpty() ? 0 : GoText.parseFloat(value);
    }
}
