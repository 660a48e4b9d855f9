package io.pharos.query;

import java.util.List;
import java.util.Random;

/// Random PromQL that means something over the series of [RandomSeries].
///
/// What releases before 3.14 cannot do, or do otherwise by a rule of `docs/differences.md`, is left out where it cannot
/// be told from the answer: `first_over_time`, `histogram_quantiles`, what `limitk` chooses, `histogram_fraction` of
/// classic buckets, `mad_over_time` of NaN, `info` over gaps, count and sum of what is made of buckets: of the
/// selectors
/// below `histogram_count`, `_sum`, `_avg`, those releases leave the buckets out of the first alone, and of none if the
/// function is the outermost.
final class RandomExpressions {
    private static final List<String> FLOATS = List.of(
            "requests_total",
            "temperature",
            "latency_bucket",
            "requests_total{job=\"j0\"}",
            "temperature{instance=~\"i[01]\"}",
            "latency_bucket{le=\"1.0\"}",
            "steady_total",
            "target_info");
    private static final List<String> ODD = List.of(
            "{__name__=~\"requests_total|temperature\",job!=\"j1\"}",
            "mixed",
            "absent_metric",
            "{__name__=~\"rpc_.*|temperature\"}",
            "requests_total{job=~\"j.*\",instance!~\"i0|i2\"}");
    private static final List<String> HISTOGRAMS = List.of(
            "rpc_seconds",
            "rpc_seconds",
            "rpc_seconds{job=\"j0\"}",
            "custom_seconds",
            "custom_seconds{instance=\"i0\"}",
            "queue_shape");
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
    private static final List<String> HISTOGRAM_RANGES = List.of(
            "delta", "irate", "idelta", "avg_over_time", "sum_over_time", "last_over_time", "rate", "rate", "increase");
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
            "acos",
            "asin",
            "sinh",
            "cosh",
            "tanh",
            "asinh",
            "acosh",
            "atanh",
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
            "sort",
            "sort_desc",
            "scalar_vector");
    private static final List<String> AGGREGATIONS = List.of(
            "sum",
            "sum",
            "avg",
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
    private static final List<String> GROUPINGS = List.of(
            "",
            "by (job) ",
            "by (job, instance) ",
            "without (instance) ",
            "by (le) ",
            "by (__name__) ",
            "without (job, le) ",
            "by (job, le) ");
    private static final List<String> OPERATORS =
            List.of("+", "-", "*", "/", "%", "^", "atan2", "==", "!=", "<", "<=", ">", ">=", "and", "or", "unless");

    private final Random random;

    /// Whether what was made last compares the buckets of two histograms.
    private boolean comparesBuckets;

    RandomExpressions(Random random) {
        this.random = random;
    }

    String next() {
        int depth = 1 + random.nextInt(5);
        return random.nextInt(4) == 0 ? histogram(depth) : vector(depth);
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private String selector() {
        return random.nextInt(10) == 0 ? pick(ODD) : random.nextInt(25) == 0 ? pick(HISTOGRAMS) : pick(FLOATS);
    }

    private String modifiers() {
        return switch (random.nextInt(16)) {
            case 0 -> " offset " + pick(List.of("1m", "5m", "17m"));
            case 1 -> " offset -" + pick(List.of("1m", "5m"));
            case 2 -> " @ " + (RandomSeries.BASE / 1000 + 600 + random.nextInt(6000));
            case 3 -> random.nextBoolean() ? " @ start()" : " @ end()";
            case 4 -> " offset 1m @ " + (RandomSeries.BASE / 1000 + 600 + random.nextInt(6000)) + ".5";
            default -> "";
        };
    }

    private String subquery(String inner) {
        return "(" + inner + ")[" + pick(RANGES) + ":" + pick(List.of("", "30s", "1m", "7s")) + "]" + modifiers();
    }

    private String range(int depth) {
        return depth > 1 && random.nextInt(3) == 0
                ? subquery(vector(depth - 1))
                : selector() + "[" + pick(RANGES) + "]" + modifiers();
    }

    private String scalar(int depth) {
        return switch (random.nextInt(6)) {
            case 0 -> "time()";
            case 1 -> depth > 1 ? "scalar(" + vector(depth - 1) + ")" : "pi()";
            case 2 -> "(" + random.nextInt(10) + " - 3.5)";
            default -> pick(List.of("0", "1", "2", "0.5", "-1", "100", "1e3", "NaN", "Inf"));
        };
    }

    // ------------------------------------------------------------------ floats, in the main

    private String vector(int depth) {
        if (depth <= 0) {
            return selector() + modifiers();
        }
        return switch (random.nextInt(13)) {
            case 0 -> selector() + modifiers();
            case 1, 2, 3 -> rangeFunction(depth);
            case 4 -> function(depth);
            case 5, 6, 7 -> aggregation(depth);
            case 8 -> "(" + vector(depth - 1) + " " + scalarOperator() + " " + scalar(depth) + ")";
            case 9 -> "(" + scalar(depth) + " " + scalarOperator() + " " + vector(depth - 1) + ")";
            case 10 -> binary(depth);
            case 11 -> ofHistogram(depth);
            default -> other(depth);
        };
    }

    private String rangeFunction(int depth) {
        return switch (random.nextInt(9)) {
            case 0 -> "quantile_over_time(" + pick(List.of("0.5", "0.9", "1.5", "-1")) + ", " + range(depth) + ")";
            case 1 -> "predict_linear(" + range(depth) + ", 600)";
            case 2 -> "double_exponential_smoothing(" + range(depth) + ", 0.3, 0.6)";
            case 3 -> "mad_over_time(" + pick(List.of("requests_total", "latency_bucket")) + "[" + pick(RANGES) + "])";
            default -> {
                String name = pick(RANGE_FUNCTIONS);
                // Of histograms near zero, these two are another thing since 3.14.
                boolean ofCounters = name.equals("rate") || name.equals("increase");
                yield name + "(" + (ofCounters ? counters(depth) : range(depth)) + ")";
            }
        };
    }

    private String counters(int depth) {
        return depth > 1 && random.nextInt(3) == 0
                ? subquery(overMetric(pick(FLOATS)))
                : pick(FLOATS) + "[" + pick(RANGES) + "]" + modifiers();
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
                    case "topk", "bottomk" -> 1 + random.nextInt(4) + ", ";
                    case "limit_ratio" -> pick(List.of("0.5", "-0.5", "0.9", "-0.8")) + ", ";
                    case "count_values" -> "\"value\", ";
                    default -> "";
                };
        if (name.equals("count_values")) {
            // The last bit of a float is no question here.
            return name + " " + pick(GROUPINGS) + "(" + parameter + "round(" + vector(depth - 1) + "))";
        }
        return name + " " + pick(GROUPINGS) + "(" + parameter + vector(depth - 1) + ")";
    }

    private String scalarOperator() {
        String operator = pick(OPERATORS.subList(0, 13));
        boolean comparison = OPERATORS.indexOf(operator) >= 7;
        return comparison ? pick(List.of(">= bool", "!=", "< bool", "> bool", "<", ">")) : operator;
    }

    /// Both sides over one metric, so that there is something to match, or anything with anything.
    private String binary(int depth) {
        String operator = pick(OPERATORS);
        int index = OPERATORS.indexOf(operator);
        String bool = index >= 7 && index < 13 && random.nextBoolean() ? " bool" : "";
        String metric = pick(FLOATS);
        String left = random.nextBoolean() ? vector(depth - 1) : overMetric(metric);
        String right = random.nextInt(3) == 0 ? vector(depth - 1) : overMetric(metric);
        return switch (random.nextInt(4)) {
            case 0 -> {
                String group =
                        index < 13 ? pick(List.of("group_left ()", "group_left (version)", "group_left (x)")) : "";
                yield "(" + left + ") " + operator + bool + " on (job, instance) " + group
                        + " (sum by (job, instance) (" + right + "))";
            }
            case 1 -> {
                String group = index < 13 ? "group_right ()" : "";
                yield "(max by (job) (" + left + ")) " + operator + bool + " on (job) " + group + " (" + right + ")";
            }
            case 2 ->
                "(" + left + ") " + operator + bool + " " + pick(List.of("ignoring (le)", "on (job, instance)")) + " ("
                        + right + ")";
            default -> "(" + left + ") " + operator + bool + " (" + right + ")";
        };
    }

    private String overMetric(String metric) {
        return switch (random.nextInt(4)) {
            case 0 -> metric;
            case 1 -> "rate(" + metric + "[5m])";
            case 2 -> "max_over_time(" + metric + "[" + pick(RANGES) + "])";
            default -> metric + " offset 1m";
        };
    }

    private String other(int depth) {
        return switch (random.nextInt(10)) {
            case 0, 1 ->
                "histogram_quantile(" + pick(List.of("0.5", "0.99", "1.1", "NaN")) + ", "
                        + pick(List.of(
                                "latency_bucket", "rate(latency_bucket[5m])", "sum by (le, job) (latency_bucket)"))
                        + ")";
            case 2 -> "label_replace(" + vector(depth - 1) + ", \"x\", \"$1-y\", \"instance\", \"i(.*)\")";
            case 3 -> "label_join(" + vector(depth - 1) + ", \"x\", \"-\", \"job\", \"instance\")";
            case 4 -> "clamp(" + vector(depth - 1) + ", 0, " + scalar(depth) + ")";
            case 5 -> "clamp_min(" + vector(depth - 1) + ", " + scalar(depth) + ")";
            case 6 -> "count(limitk " + pick(GROUPINGS) + "(2, " + vector(depth - 1) + "))";
            case 7 -> "-(" + vector(depth - 1) + ")";
            case 8 ->
                "info(" + pick(List.of("steady_total", "steady_total{job=\"j1\"}", "rate(steady_total[5m])")) + ")";
            default -> "timestamp(" + selector() + modifiers() + ")";
        };
    }

    // ------------------------------------------------------------------ native histograms

    private String histogram(int depth) {
        String selector = pick(HISTOGRAMS);
        if (depth <= 0) {
            return selector + modifiers();
        }
        return switch (random.nextInt(11)) {
            case 0 -> selector + modifiers();
            case 1, 2, 3 -> {
                List<String> functions =
                        selector.startsWith("queue") ? HISTOGRAM_RANGES.subList(0, 6) : HISTOGRAM_RANGES;
                String function = pick(functions);
                comparesBuckets |= function.equals("irate") && selector.startsWith("queue");
                yield function + "(" + selector + "[" + pick(RANGES) + "]" + modifiers() + ")";
            }
            case 4 -> pick(HISTOGRAM_RANGES.subList(0, 6)) + "(" + subquery(histogram(depth - 1)) + ")";
            case 5, 6 -> pick(List.of("sum ", "avg ")) + pick(GROUPINGS) + "(" + histogram(depth - 1) + ")";
            case 7 ->
                "(" + histogram(depth - 1) + " " + pick(List.of("*", "/")) + " " + pick(List.of("2", "0.5", "-1", "3"))
                        + ")";
            case 8 -> {
                String shifted = modifiers();
                String operator = pick(List.of("+", "-", "==", "!=", "and", "unless"));
                comparesBuckets |= !operator.equals("and") && !operator.equals("unless");
                yield "(" + selector + shifted + " " + operator + " " + selector + " offset 1m)";
            }
            case 9 -> pick(List.of("topk", "limit_ratio")) + "(1, " + histogram(depth - 1) + ")";
            default -> "-(" + histogram(depth - 1) + ")";
        };
    }

    private String ofHistogram(int depth) {
        comparesBuckets = false;
        String of = histogram(depth - 1);
        int function = random.nextInt(12);
        boolean ofCountAndSum = function == 5 || function == 6 || function > 9;
        return switch (comparesBuckets && ofCountAndSum ? 4 : function) {
            case 0, 1 -> "histogram_quantile(" + pick(List.of("0.5", "0.99", "0.1", "1.1", "-1")) + ", " + of + ")";
            case 2 ->
                "histogram_fraction(" + pick(List.of("0, 0.5", "-1, 2", "-Inf, 1", "0.2, +Inf")) + ", " + of + ")";
            case 3 -> "histogram_stddev(" + of + ")";
            case 4 -> "histogram_stdvar(" + of + ")";
            case 5 -> "histogram_avg(" + of + ")";
            case 6 -> "histogram_sum(" + of + ")";
            case 7 -> "count_values(\"value\", last_over_time(" + pick(HISTOGRAMS) + "[1m]))";
            case 8 -> pick(List.of("resets", "changes", "count_over_time")) + "(" + pick(HISTOGRAMS) + "[17m])";
            case 9 -> "count " + pick(GROUPINGS) + "(" + of + ")";
            default -> "histogram_count(" + of + ")";
        };
    }
}
