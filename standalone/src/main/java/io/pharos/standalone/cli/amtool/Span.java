package io.pharos.standalone.cli.amtool;

import io.pharos.model.text.GoText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--start` and `--end`.
final class Span {
    @Option(names = "--start", description = "Set when it should start (RFC 3339).")
    @Nullable
    String start;

    @Option(names = "--end", description = "Set when it should end (RFC 3339); overwrites a duration.")
    @Nullable
    String end;

    Optional<Instant> start() {
        return Optional.ofNullable(start).map(Span::time);
    }

    Optional<Instant> end() {
        return Optional.ofNullable(end).map(Span::time);
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new AmtoolException(
                    "parsing time " + GoText.quote(text) + ": it must be RFC 3339, as in 2006-01-02T15:04:05Z");
        }
    }

    /// A silence that ends before it starts is refused before the server sees it.
    static void check(Instant starts, Instant ends) {
        if (starts.isAfter(ends)) {
            throw new AmtoolException("silence cannot start after it ends");
        }
    }
}
