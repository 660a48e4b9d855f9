package io.pharos.scraper.target;

import io.pharos.model.labels.Labels;

/// Something to scrape. Two targets of one identity are the same one.
///
/// @param discovered labels before relabelling
/// @param labels labels its series get: those that do not start with `__`
/// @param url what is requested
/// @param unixSocket path of a Unix socket to dial, `""` for none
/// @param identity hash of all labels after relabelling and of the URL
/// @param seriesLimit most series it may have, 0 for any number
/// @param nativeHistograms, customBuckets, alwaysClassic what the labels of these names say in the end
public record Target(
        Labels discovered,
        Labels labels,
        String url,
        String unixSocket,
        String interval,
        String timeout,
        long intervalMs,
        long timeoutMs,
        long seriesLimit,
        boolean nativeHistograms,
        boolean customBuckets,
        boolean alwaysClassic,
        long identity) {
    /// Nanoseconds from `nowNanos` (since the epoch) to the first scrape: the target's own phase within the interval,
    /// which is the same after every start (`Target.offset`).
    public long firstScrapeDelayNanos(long nowNanos, long seed) {
        long interval = intervalMs * 1_000_000;
        long base = interval - Math.floorMod(nowNanos, interval);
        long phase = Long.remainderUnsigned(identity ^ seed, interval);
        long next = base + phase;
        return next > interval ? next - interval : next;
    }
}
