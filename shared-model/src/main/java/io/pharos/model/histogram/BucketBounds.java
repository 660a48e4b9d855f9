package io.pharos.model.histogram;

/// Where buckets lie: bounds by index within a schema.
///
/// Exponential schemas have the upper bound `2^(index · 2^−schema)`; the last regular one is the largest finite
/// float and the one above it +Inf. Custom bounds are given by hand: index −1 is −Inf, index `bounds.length`
/// +Inf.
final class BucketBounds {
    /// `2^(i · 2^−schema − 1)` for each schema from 0 to 8 and each fraction of a power of two.
    private static final double[][] FRACTIONS = new double[9][];

    /// By how many units in the last place Prometheus' bounds of schema 8 lie below the rounded power, plus one: its
    /// table is not quite exact, and bounds are printed.
    private static final String BELOW = "1111112111211111112311222222222211211121122211221122112211221222"
            + "1111112222332122112111211121111111221011213311221121112122321222"
            + "2122213322321232212222322333224421211121223321322233223222332232"
            + "3243223233433333333333444455435422323333324422333243223333543344";

    static {
        for (int schema = 0; schema < FRACTIONS.length; schema++) {
            int n = 1 << schema;
            FRACTIONS[schema] = new double[n];
            for (int i = 0; i < n; i++) {
                double exact = i == 0 ? 0.5 : StrictMath.pow(2, (double) i / n) / 2;
                int below = BELOW.charAt(i << 8 - schema) - '1';
                FRACTIONS[schema][i] = Double.longBitsToDouble(Double.doubleToRawLongBits(exact) - below);
            }
        }
    }

    private BucketBounds() {}

    static boolean isCustom(int schema) {
        return schema == NativeHistogram.CUSTOM_BUCKETS_SCHEMA;
    }

    /// The upper bound of the positive bucket at `index`.
    static double upper(int index, int schema, double[] customValues) {
        if (isCustom(schema)) {
            return index < 0
                    ? Double.NEGATIVE_INFINITY
                    : index >= customValues.length ? Double.POSITIVE_INFINITY : customValues[index];
        }
        return exponential(index, schema);
    }

    static double exponential(int index, int schema) {
        if (schema < 0) {
            long exponent = (long) index << -schema;
            if (exponent == 1024) {
                return Double.MAX_VALUE;
            }
            return Math.scalb(1.0, (int) Math.clamp(exponent, -5000L, 5000L));
        }
        double[] fractions = FRACTIONS[schema];
        double fraction = fractions[index & (fractions.length - 1)];
        int exponent = (index >> schema) + 1;
        if (fraction == 0.5 && exponent == 1025) {
            return Double.MAX_VALUE;
        }
        return exponent > 1023 ? Math.scalb(fraction * 2, exponent - 1) : Math.scalb(fraction, exponent);
    }

    static Bucket positive(int index, int schema, double[] customValues, double count) {
        double lower = upper(index - 1, schema, customValues);
        double upper = upper(index, schema, customValues);
        return isCustom(schema)
                ? new Bucket(lower, upper, index == 0, true, count, index)
                : new Bucket(lower, upper, lower < 0, upper > 0, count, index);
    }

    static Bucket negative(int index, int schema, double count) {
        double lower = -exponential(index, schema);
        double upper = -exponential(index - 1, schema);
        return new Bucket(lower, upper, lower < 0, upper > 0, count, index);
    }
}
