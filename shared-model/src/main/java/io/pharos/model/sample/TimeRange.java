package io.pharos.model.sample;

/// A closed span of time, in milliseconds since the epoch; both ends included. Never empty.
public record TimeRange(long firstMs, long lastMs) {
    /// All of time.
    public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

    public TimeRange {
        if (lastMs < firstMs) {
            throw new IllegalArgumentException(
                    "time range ends (" + lastMs + " ms) before it starts (" + firstMs + " ms); swap the bounds");
        }
    }

    public boolean contains(long ms) {
        return ms >= firstMs && ms <= lastMs;
    }

    public boolean overlaps(long otherFirstMs, long otherLastMs) {
        return otherFirstMs <= lastMs && otherLastMs >= firstMs;
    }
}
