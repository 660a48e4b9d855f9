package io.pharos.model.histogram;

/// One step of Kahan–Neumaier summation (`util/kahansum` of Prometheus 3.14): `total = sum + more`, and what is
/// owed to the total afterwards.
final class Kahan {
    private Kahan() {}

    static double owed(double sum, double more, double total, double owed) {
        if (Double.isInfinite(total)) {
            return 0;
        }
        return Math.abs(sum) >= Math.abs(more) ? owed + ((sum - total) + more) : owed + ((more - total) + sum);
    }
}
