package io.pharos.query.function;

/// The samples of an `anchored` or `smoothed` range, with a made-up one at either end.
public record ExtendedRange(long[] times, double[] values) {
    /// @param startMs start of the range and time of its first sample; `endMs` likewise
    public static ExtendedRange of(long[] times, double[] values, long startMs, long endMs, boolean smoothed) {
        int n = times.length;
        int first = ExtendedRate.firstIndex(times, 0, n, startMs);
        int last = smoothed ? ExtendedRate.lastIndex(times, 0, n, endMs) : n - 1;
        if (times[last] <= startMs) {
            return new ExtendedRange(new long[0], new double[0]);
        }
        double left = smoothed && times[first] < startMs
                ? ExtendedRate.interpolate(
                        times[first], values[first], times[first + 1], values[first + 1], startMs, false)
                : values[first];
        double right = smoothed && last > 0 && times[last] > endMs
                ? ExtendedRate.interpolate(times[last - 1], values[last - 1], times[last], values[last], endMs, false)
                : values[last];
        int from = times[first] <= startMs ? first + 1 : first;
        int to = times[last] >= endMs ? last - 1 : last;
        int inner = Math.max(0, to - from + 1);
        var newTimes = new long[inner + 2];
        var newValues = new double[inner + 2];
        newTimes[0] = startMs;
        newValues[0] = left;
        System.arraycopy(times, from, newTimes, 1, inner);
        System.arraycopy(values, from, newValues, 1, inner);
        newTimes[inner + 1] = endMs;
        newValues[inner + 1] = right;
        return new ExtendedRange(newTimes, newValues);
    }
}
