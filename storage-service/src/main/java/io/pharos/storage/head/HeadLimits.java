package io.pharos.storage.head;

/// What a head accepts.
///
/// @param outOfOrderWindowMs how far behind the newest sample of the store a sample may lie and still be stored out of
///     order; 0 means none is
/// @param maxExemplars exemplars kept over all series; 0 turns them off
/// @param series which new series are taken; known ones always go on
public record HeadLimits(long outOfOrderWindowMs, int maxExemplars, SeriesLimits series) {
    public static final HeadLimits DEFAULT = new HeadLimits(0, 100_000, SeriesLimits.NONE);

    /// Which new series are taken. 0 is no limit, everywhere.
    ///
    /// @param most live series
    /// @param mostPerJob live series of one value of the label `job`
    /// @param mostLabels labels of a series, its name included
    /// @param mostNameBytes bytes of a label name
    /// @param mostValueBytes bytes of a label value
    public record SeriesLimits(int most, int mostPerJob, int mostLabels, int mostNameBytes, int mostValueBytes) {
        public static final SeriesLimits NONE = new SeriesLimits(0, 0, 0, 0, 0);

        public static SeriesLimits ofMost(int series) {
            return new SeriesLimits(series, 0, 0, 0, 0);
        }
    }
}
