package io.pharos.model.sample;

/// The NaN that says a series has ended. Only its bits tell it from other NaNs, so values are never passed through
/// arithmetic.
public final class StaleMarker {
    /// The marker's bits.
    public static final long BITS = 0x7ff0000000000002L;

    /// The bits of an ordinary NaN as Prometheus writes it.
    public static final long NORMAL_NAN_BITS = 0x7ff8000000000001L;

    public static final double VALUE = Double.longBitsToDouble(BITS);

    private StaleMarker() {}

    public static boolean is(double value) {
        return Double.doubleToRawLongBits(value) == BITS;
    }
}
