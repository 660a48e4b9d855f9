package io.pharos.storage.head;

/// What a head accepts.
///
/// @param outOfOrderWindowMs how far behind the newest sample of the store a sample may lie and still be stored out of
///     order; 0 means none is
/// @param maxExemplars exemplars kept over all series; 0 turns them off
/// @param maxSeries most live series; 0 means no limit
public record HeadLimits(long outOfOrderWindowMs, int maxExemplars, int maxSeries) {
    public static final HeadLimits DEFAULT = new HeadLimits(0, 100_000, 0);
}
