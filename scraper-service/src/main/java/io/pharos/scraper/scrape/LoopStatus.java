package io.pharos.scraper.scrape;

import java.time.Instant;

/// How the newest scrape of a target went.
///
/// @param error `""` when it went well
/// @param at when it began; [Instant#EPOCH] before the first
public record LoopStatus(Health health, String error, Instant at, double seconds) {
    public enum Health {
        UNKNOWN,
        UP,
        DOWN
    }

    public static final LoopStatus NONE = new LoopStatus(Health.UNKNOWN, "", Instant.EPOCH, 0);
}
