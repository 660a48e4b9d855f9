package io.pharos.model.promql;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.sample.StaleMarker;
import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The language in which tests write series: `up{job="a"} 0+1x5 _ stale {{count:2 sum:3}}` (promql.md §15).
/// Used by PromQL scripts and by unit tests of rules.
public final class SeriesNotation {
    /// A series and its values, one a step.
    public record SeriesLine(Labels labels, List<Item> items) {
        public SeriesLine {
            items = List.copyOf(items);
        }
    }

    /// A value: none at all (`_`), a histogram if that is not null, else a float. `hintSet` says that the histogram's
    /// counter reset hint was written down.
    public record Item(
            boolean omitted, double value, @Nullable FloatHistogram histogram, boolean hintSet) {
        private static final Item NONE = new Item(true, 0, null, false);

        static Item of(double value) {
            return new Item(false, value, null, false);
        }

        static Item of(FloatHistogram histogram, boolean hintSet) {
            return new Item(false, 0, histogram, hintSet);
        }
    }

    private static final String NUMBER =
            "[+-]?(?:(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[iI][nN][fF]|[nN][aA][nN])";
    private static final Pattern FLOATS =
            Pattern.compile("(" + NUMBER + ")(?:([+-])(" + NUMBER.substring(5) + "))?(?:x([0-9]+))?");
    private static final Pattern GAP = Pattern.compile("_(?:x([0-9]+))?");
    private static final Pattern STALE = Pattern.compile("stale(?:x([0-9]+))?");
    private static final Pattern HISTOGRAMS =
            Pattern.compile("\\{\\{([^}]*)}}(?:([+-])\\{\\{([^}]*)}})?(?:\\s*x([0-9]+))?");
    private static final Pattern FIELD = Pattern.compile("\\s*([a-z_]+):(\\[[^\\]]*]|\\S+)");
    private static final int MOST_ITEMS = 10_000_000;

    private SeriesNotation() {}

    /// Reads one line; fails with [IllegalArgumentException] that says what is wrong.
    public static SeriesLine parse(String line) {
        int end = endOfMetric(line);
        return new SeriesLine(labels(line.substring(0, end)), items(line.substring(end)));
    }

    private static int endOfMetric(String line) {
        boolean braces = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == '\\' && quote != '`') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'' || c == '`') {
                quote = c;
            } else if (c == '{') {
                braces = true;
            } else if (c == '}') {
                return i + 1;
            } else if (Character.isWhitespace(c)
                    && !braces
                    && !line.substring(i).stripLeading().startsWith("{")) {
                return i;
            } else if (Character.isWhitespace(c)
                    && !braces
                    && line.substring(i).stripLeading().startsWith("{{")) {
                return i;
            }
        }
        return line.length();
    }

    /// Labels written as a selector of equalities: `up{job="a"}`, `{}`.
    public static Labels labels(String text) {
        var builder = new LabelsBuilder();
        if (text.isBlank()) {
            return Labels.EMPTY;
        }
        for (Matcher m : new PromqlParser(FeatureFlags.NONE).selector(text.strip())) {
            if (m.type() != Matcher.Type.EQUAL) {
                throw new IllegalArgumentException("series \"" + text + "\" has a matcher " + m + "; use = alone");
            }
            builder.set(m.name(), m.value());
        }
        return builder.build();
    }

    private static List<Item> items(String text) {
        var items = new ArrayList<Item>();
        String rest = text.strip();
        while (!rest.isEmpty()) {
            var histogram = HISTOGRAMS.matcher(rest);
            if (histogram.lookingAt()) {
                histograms(histogram.group(1), histogram.group(2), histogram.group(3), histogram.group(4), items);
                rest = rest.substring(histogram.end()).stripLeading();
                continue;
            }
            String word = rest.split("\\s+", 2)[0];
            rest = rest.substring(word.length()).stripLeading();
            word(word, items);
            if (items.size() > MOST_ITEMS) {
                throw new IllegalArgumentException("series of more than " + MOST_ITEMS + " values");
            }
        }
        return items;
    }

    private static void word(String word, List<Item> items) {
        var gap = GAP.matcher(word);
        if (gap.matches()) {
            repeat(Item.NONE, gap.group(1) == null ? 1 : times(gap.group(1)), items);
            return;
        }
        var stale = STALE.matcher(word);
        if (stale.matches()) {
            repeat(Item.of(StaleMarker.VALUE), stale.group(1) == null ? 1 : times(stale.group(1)) + 1, items);
            return;
        }
        var floats = FLOATS.matcher(word);
        if (!floats.matches() || floats.group(2) != null && floats.group(4) == null) {
            throw new IllegalArgumentException("unexpected \"" + word + "\" in series values");
        }
        double value = GoText.parseFloat(floats.group(1));
        int more = floats.group(4) == null ? 0 : times(floats.group(4));
        double step = floats.group(3) == null ? 0 : GoText.parseFloat(floats.group(3));
        if ("-".equals(floats.group(2))) {
            step = -step;
        }
        for (int i = 0; i <= more; i++) {
            items.add(Item.of(value));
            if (floats.group(3) != null) {
                value += step;
            }
        }
    }

    private static int times(String text) {
        int times = text.length() > 8 ? MOST_ITEMS + 1 : Integer.parseInt(text);
        if (times > MOST_ITEMS) {
            throw new IllegalArgumentException("repeat count " + text + " is above " + MOST_ITEMS);
        }
        return times;
    }

    private static void repeat(Item item, int times, List<Item> items) {
        for (int i = 0; i < times; i++) {
            items.add(item);
        }
    }

    private static void histograms(
            String base, @Nullable String sign, @Nullable String step, @Nullable String count, List<Item> items) {
        FloatHistogram h = histogram(base);
        boolean hintSet = base.contains("counter_reset_hint") || step != null && step.contains("counter_reset_hint");
        int more = count == null ? 0 : times(count);
        FloatHistogram increment = step == null ? null : histogram(step);
        for (int i = 0; i <= more; i++) {
            items.add(Item.of(h, hintSet));
            if (increment != null && i < more) {
                if (h.schema() > increment.schema()) {
                    throw new IllegalArgumentException("error combining histograms: cannot merge from schema "
                            + increment.schema() + " to " + h.schema());
                }
                FloatHistogram.Combination next = "-".equals(sign) ? h.minus(increment) : h.plus(increment);
                if (next == null) {
                    throw new IllegalArgumentException(
                            "error combining histograms: exponential and custom buckets do not mix");
                }
                h = next.histogram();
            }
        }
    }

    /// A histogram written between `{{` and `}}`.
    static FloatHistogram histogram(String text) {
        int schema = 0;
        double sum = 0;
        double count = 0;
        double zeroCount = 0;
        double zeroThreshold = 0;
        int offset = 0;
        int negativeOffset = 0;
        double[] positive = {};
        double[] negative = {};
        double[] custom = {};
        CounterResetHint hint = CounterResetHint.UNKNOWN;
        String rest = text;
        while (!rest.isBlank()) {
            var field = FIELD.matcher(rest);
            if (!field.lookingAt()) {
                throw new IllegalArgumentException("unexpected \"" + rest.strip() + "\" in histogram");
            }
            String value = field.group(2);
            switch (field.group(1)) {
                case "schema" -> schema = Integer.parseInt(value);
                case "sum" -> sum = GoText.parseFloat(value);
                case "count" -> count = GoText.parseFloat(value);
                case "z_bucket" -> zeroCount = GoText.parseFloat(value);
                case "z_bucket_w" -> zeroThreshold = GoText.parseFloat(value);
                case "offset" -> offset = Integer.parseInt(value);
                case "n_offset" -> negativeOffset = Integer.parseInt(value);
                case "buckets" -> positive = list(value);
                case "n_buckets" -> negative = list(value);
                case "custom_values" -> custom = list(value);
                case "counter_reset_hint" -> hint = hint(value);
                default -> throw new IllegalArgumentException("unknown field \"" + field.group(1) + "\" in histogram");
            }
            rest = rest.substring(field.end());
        }
        return new FloatHistogram(
                hint,
                schema,
                zeroThreshold,
                zeroCount,
                count,
                sum,
                spans(offset, positive),
                positive,
                spans(negativeOffset, negative),
                negative,
                custom);
    }

    private static CounterResetHint hint(String text) {
        return switch (text) {
            case "unknown" -> CounterResetHint.UNKNOWN;
            case "reset" -> CounterResetHint.RESET;
            case "not_reset" -> CounterResetHint.NOT_RESET;
            case "gauge" -> CounterResetHint.GAUGE;
            default -> throw new IllegalArgumentException("unknown counter_reset_hint \"" + text + "\"");
        };
    }

    private static BucketSpan[] spans(int offset, double[] buckets) {
        return buckets.length == 0 ? new BucketSpan[0] : new BucketSpan[] {new BucketSpan(offset, buckets.length)};
    }

    private static double[] list(String text) {
        String inner = text.substring(1, text.length() - 1).strip();
        if (inner.isEmpty()) {
            return new double[0];
        }
        String[] parts = inner.split("\\s+");
        var values = new double[parts.length];
        for (int i = 0; i < parts.length; i++) {
            values[i] = GoText.parseFloat(parts[i]);
        }
        return values;
    }
}
