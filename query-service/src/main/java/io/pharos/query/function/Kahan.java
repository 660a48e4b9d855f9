package io.pharos.query.function;

/// Kahan–Neumaier summation (`util/kahansum` of Prometheus 3.14): `total = sum + more` leaves an error behind
/// that is kept beside the sum and added in the end.
public final class Kahan {
    private Kahan() {}

    /// What is owed after `total = sum + more`, given what was owed before.
    public static double owed(double sum, double more, double total, double owed) {
        if (Double.isInfinite(total)) {
            return 0;
        }
        return Math.abs(sum) >= Math.abs(more) ? owed + ((sum - total) + more) : owed + ((more - total) + sum);
    }
}
