package io.pharos.query.function;

/// What start timestamps say of two samples of a counter that follow each other. 0 means unknown.
final class ResetByStart {
    private ResetByStart() {}

    /// Whether the counter started anew between the samples.
    static boolean isReset(long previousStart, long previousMs, long start, long ms) {
        if (start == 0 || start >= ms || start < previousMs) {
            return false;
        }
        if (start > previousMs) {
            return true;
        }
        // It starts where the previous sample was taken: a delta, unless the previous start was unknown, too.
        return previousStart <= previousMs && previousStart != 0 && previousStart != previousMs;
    }

    /// Whether the sample claims to have started before the previous one was taken, yet at another time than that.
    static boolean overlaps(long previousStart, long previousMs, long start) {
        return start != 0 && start < previousMs && start != previousStart;
    }
}
