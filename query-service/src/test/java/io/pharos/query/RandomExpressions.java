package io.pharos.query;

import java.util.List;
import java.util.Random;

/// Random PromQL that means something over the series of [PrometheusDifferenceTest]. What is known to differ between
/// releases (`info`, `first_over_time`, `limitk`, sorting, odd inputs of histograms) is left out.
final class RandomExpressions {
    private static final List<String> SELECTORS = List.of(
            "requests_total",
            "temperature",
            "latency_bucket",
            "requests_total{job=\"j0\"}",
            "temperature{instance=~\"i[01]\"}",
            "{__name__=~\"requests_total|temperature\",job!=\"j1\"}",
            "latency_bucket{le=\"1.0\"}",
            "absent_metric");
    private static final List<String> RANGES = List.of("1m", "90s", "5m", "17m", "1h");
    private static final List<String> RANGE_FUNCTIONS = List.of(
            "rate",
            "increase",
            "delta",
            "irate",
            "idelta",
            "deriv",
            "changes",
            "resets",
            "avg_over_time",
            "sum_over_time",
            "min_over_time",
            "max_over_time",
            "count_over_time",
            "last_over_time",
            "present_over_time",
            "stddev_over_time",
            "stdvar_over_time",
            "absent_over_time",
            "ts_of_max_over_time",
            "ts_of_min_over_time",
            "ts_of_last_over_time");
    private static final List<String> FUNCTIONS = List.of(
            "abs",
            "ceil",
            "floor",
            "exp",
            "sqrt",
            "ln",
            "log2",
            "log10",
            "sgn",
            "deg",
            "rad",
            "sin",
            "cos",
            "tan",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "asinh",
            "timestamp",
            "absent",
            "hour",
            "minute",
            "month",
            "year",
            "day_of_week",
            "day_of_month",
            "day_of_year",
            "days_in_month",
            "round",
            "scalar_vector");
    private static final List<String> AGGREGATIONS = List.of(
            "sum",
            "avg",
            "min",
            "max",
            "count",
            "group",
            "stddev",
            "stdvar",
            "quantile",
            "topk",
            "bottomk",
            "count_values",
            "limit_ratio");
    private static final List<String> OPERATORS =
            List.of("+", "-", "*", "/", "%", "^", "atan2", "==", "!=", "<", "<=", ">", ">=", "and", "or", "unless");

    private final Random random;

    RandomExpressions(Random random) {
        this.random = random;
    }

    String next() {
        return vector(1 + random.nextInt(3));
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private String modifiers() {
        return switch (random.nextInt(8)) {
            case 0 -> " offset " + pick(RANGES);
            case 1 -> " offset -" + pick(List.of("1m", "5m"));
            case 2 -> " @ " + (1_700_000_000 + random.nextInt(7200));
            case 3 -> random.nextBoolean() ? " @ start()" : " @ end()";
            default -> "";
        };
    }

    private String range(int depth) {
        if (depth > 1 && random.nextInt(3) == 0) {
            return "(" + vector(depth - 1) + ")[" + pick(RANGES) + ":" + pick(List.of("", "30s", "1m", "7s")) + "]"
                    + modifiers();
        }
        return pick(SELECTORS) + "[" + pick(RANGES) + "]" + modifiers();
    }

    private String scalar(int depth) {
        return switch (random.nextInt(6)) {
            case 0 -> "time()";
            case 1 -> depth > 1 ? "scalar(" + vector(depth - 1) + ")" : "pi()";
            case 2 -> "(" + random.nextInt(10) + " - 3.5)";
            default -> pick(List.of("0", "1", "2", "0.5", "-1", "100", "1e3", "NaN", "Inf"));
        };
    }

    private String vector(int depth) {
        if (depth <= 0) {
            return pick(SELECTORS) + modifiers();
        }
        return switch (random.nextInt(10)) {
            case 0 -> pick(SELECTORS) + modifiers();
            case 1, 2 -> rangeFunction(depth);
            case 3 -> function(depth);
            case 4, 5 -> aggregation(depth);
            case 6 -> "(" + vector(depth - 1) + " " + scalarOperator() + " " + scalar(depth) + ")";
            case 7 -> "(" + vector(depth - 1) + ") " + vectorOperator() + " (" + vector(depth - 1) + ")";
            case 8 -> "-(" + vector(depth - 1) + ")";
            default -> other(depth);
        };
    }

    private String rangeFunction(int depth) {
        return switch (random.nextInt(8)) {
            case 0 -> "quantile_over_time(" + pick(List.of("0.5", "0.9", "1.5", "-1")) + ", " + range(depth) + ")";
            case 1 -> "predict_linear(" + range(depth) + ", 600)";
            case 2 -> "double_exponential_smoothing(" + range(depth) + ", 0.3, 0.6)";
            default -> pick(RANGE_FUNCTIONS) + "(" + range(depth) + ")";
        };
    }

    private String function(int depth) {
        String name = pick(FUNCTIONS);
        return name.equals("scalar_vector") ? "vector(" + scalar(depth) + ")" : name + "(" + vector(depth - 1) + ")";
    }

    private String aggregation(int depth) {
        String name = pick(AGGREGATIONS);
        String parameter =
                switch (name) {
                    case "quantile" -> pick(List.of("0.5", "0.95", "2")) + ", ";
                    case "topk", "bottomk", "limitk" -> random.nextInt(4) + ", ";
                    case "limit_ratio" -> pick(List.of("0.5", "-0.5", "0.1")) + ", ";
                    case "count_values" -> "\"value\", ";
                    default -> "";
                };
        String grouping = pick(
                List.of("", "by (job) ", "by (job, instance) ", "without (instance) ", "by (le) ", "by (__name__) "));
        return name + " " + grouping + "(" + parameter + vector(depth - 1) + ")";
    }

    private String scalarOperator() {
        String operator = pick(OPERATORS.subList(0, 13));
        boolean comparison = OPERATORS.indexOf(operator) >= 7;
        return operator + (comparison && random.nextBoolean() ? " bool" : "");
    }

    private String vectorOperator() {
        String operator = pick(OPERATORS);
        int index = OPERATORS.indexOf(operator);
        String matching = pick(List.of("", "", "on (job, instance)", "ignoring (le)", "on (job)"));
        String group =
                index < 13 && !matching.isEmpty() ? pick(List.of("", "group_left", "group_right (version)")) : "";
        return operator + (index >= 7 && index < 13 && random.nextBoolean() ? " bool" : "") + " " + matching + " "
                + group;
    }

    private String other(int depth) {
        return switch (random.nextInt(6)) {
            case 0 ->
                "histogram_quantile(" + pick(List.of("0.5", "0.99", "1.1", "NaN")) + ", "
                        + pick(List.of(
                                "latency_bucket", "rate(latency_bucket[5m])", "sum by (le, job) (latency_bucket)"))
                        + ")";
            case 1 -> "label_replace(" + vector(depth - 1) + ", \"x\", \"$1-y\", \"instance\", \"i(.*)\")";
            case 2 -> "label_join(" + vector(depth - 1) + ", \"x\", \"-\", \"job\", \"instance\")";
            case 3 -> "clamp(" + vector(depth - 1) + ", 0, " + scalar(depth) + ")";
            default -> "timestamp(" + pick(SELECTORS) + modifiers() + ")";
        };
    }
}
