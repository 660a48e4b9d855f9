package io.pharos.scraper.scrape;

/// When one target is scraped, and which time its samples get: the ideal grid that begins with the first scrape, as
/// long as the scrape is late by no more than the tolerance. Pure; times in nanoseconds.
final class ScrapeTicks {
    private final long interval;
    private final boolean adjust;
    private final long tolerance;

    /// Of the wall clock: the newest point of the grid.
    private long aligned;

    /// Of the monotonic clock: the next tick.
    private long tick;

    ScrapeTicks(long interval, boolean adjust, long tolerance) {
        this.interval = interval;
        this.adjust = adjust;
        this.tolerance = Math.min(interval / 100, tolerance);
    }

    void begin(long wall, long monotonic) {
        aligned = wall;
        tick = monotonic + interval;
    }

    /// The sample time of a scrape that begins at `wall`.
    long sampleTime(long wall) {
        if (!adjust) {
            return wall;
        }
        if (wall - aligned >= interval) {
            aligned += (wall - aligned) / interval * interval;
        }
        return wall - aligned <= tolerance ? aligned : wall;
    }

    /// How long to wait after a scrape that ended at `monotonic`. A tick that passed meanwhile is made up for at once,
    /// more than one are skipped.
    long waitAfter(long monotonic) {
        long wait = tick - monotonic;
        if (wait > 0) {
            tick += interval;
            return wait;
        }
        tick += (-wait / interval + 1) * interval;
        return 0;
    }
}
