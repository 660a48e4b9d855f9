package io.pharos.query;

import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Compares two answers of the query API, that of a release before 3.14 and ours. What `docs/differences.md` says of
/// queries is known here by rule: an answer is excused by what the two say, never by the expression's text.
final class AnswerDifference {
    private static final String SAME_LABELS = "vector cannot contain metrics with the same labelset";

    /// Notes that say more since 3.14, are new in it, follow from what a factor below zero makes of a
    /// histogram, or from where a store cuts its chunks.
    private static final List<String> CHANGED = List.of(
            "needed to be fixed for monotonicity",
            "sort is ineffective",
            "conflicting counter resets during histogram",
            "this native histogram metric is not a");

    private static final Pattern PLACE = Pattern.compile("(.*\\(\\d+:)(\\d+)\\)");

    private AnswerDifference() {}

    /// What differs, null if nothing does.
    static @Nullable String of(JsonNode theirs, JsonNode ours, boolean range) {
        boolean theyFail = !theirs.path("status").asString().equals("success");
        boolean weFail = !ours.path("status").asString().equals("success");
        String theirError = theirs.path("error").asString("").replace("invalid parameter \"query\": ", "");
        String ourError = ours.path("error").asString("");
        if (weFail && theyFail) {
            return sameError(theirError, ourError) ? null : "error " + theirError + "\n    ours  " + ourError;
        }
        if (weFail) {
            // One-to-one comparisons: 3.14 refuses several matches even where the comparison filters all but one.
            return ourError.startsWith("multiple matches for labels") ? null : "we fail with " + ourError;
        }
        if (theyFail) {
            // Name removal: in a range query, 3.14 fails only where two series meet at one step.
            return range && theirError.equals(SAME_LABELS) ? null : "they fail with " + theirError;
        }
        String notes = notes("warnings", theirs, ours);
        if (notes == null) {
            notes = notes("infos", theirs, ours);
        }
        return notes != null
                ? notes
                : result(theirs.path("data").path("result"), ours.path("data").path("result"), range);
    }

    private static boolean sameError(String theirs, String ours) {
        // Releases before 3.14 name the two series in any order, and come upon the errors of several steps in another.
        String duplicates = "found duplicate series for the match group";
        return theirs.equals(ours)
                || theirs.startsWith(duplicates) && ours.startsWith(duplicates)
                || ours.startsWith("multiple matches for labels")
                || theirs.equals(SAME_LABELS);
    }

    private static @Nullable String notes(String kind, JsonNode theirs, JsonNode ours) {
        List<String> a = notes(theirs.path(kind));
        List<String> b = notes(ours.path(kind));
        // Ten are shown, whichever come first.
        return a.equals(b) || a.size() > 9 && b.size() > 9 || sameInParentheses(a, b)
                ? null
                : kind + " " + a + "\n    ours " + b;
    }

    /// Whether ours are theirs, but for places: since 3.14 what stands in parentheses is named, not the parenthesis.
    private static boolean sameInParentheses(List<String> theirs, List<String> ours) {
        boolean same = theirs.size() == ours.size();
        for (int i = 0; i < theirs.size() && same; i++) {
            Matcher a = PLACE.matcher(theirs.get(i));
            Matcher b = PLACE.matcher(ours.get(i));
            same = theirs.get(i).equals(ours.get(i))
                    || a.matches()
                            && b.matches()
                            && a.group(1).equals(b.group(1))
                            && Integer.parseInt(b.group(2)) - Integer.parseInt(a.group(2)) == 1;
        }
        return same;
    }

    private static List<String> notes(JsonNode of) {
        var list = new ArrayList<String>();
        for (JsonNode node : of) {
            String note = node.asString();
            if (CHANGED.stream().noneMatch(note::contains)) {
                list.add(note);
            }
        }
        list.sort(null);
        return list;
    }

    private static @Nullable String result(JsonNode theirs, JsonNode ours, boolean range) {
        if (theirs.isEmpty() && ours.isEmpty()) {
            return null;
        }
        if (!theirs.path(0).isObject() && !ours.path(0).isObject()) {
            return sample(theirs, ours);
        }
        Map<String, JsonNode> left = bySeries(theirs);
        Map<String, JsonNode> right = bySeries(ours);
        left = withoutNamesThatAreBack(left, right);
        List<String> order = List.copyOf(left.keySet());
        if (!left.keySet().equals(right.keySet())) {
            var alone = new TreeMap<>(left);
            alone.keySet().removeAll(right.keySet());
            right.keySet().removeAll(left.keySet());
            return "theirs alone: " + alone + "\n    ours alone: " + right;
        }
        if (!range && !order.equals(List.copyOf(right.keySet())) && !sameInPlace(theirs, ours)) {
            return "order " + order + "\n    ours " + right.keySet();
        }
        for (Map.Entry<String, JsonNode> entry : left.entrySet()) {
            JsonNode a = entry.getValue();
            JsonNode b = right.get(entry.getKey());
            for (String kind : List.of("value", "histogram", "values", "histograms")) {
                String difference =
                        kind.endsWith("s") ? samples(a.path(kind), b.path(kind)) : sample(a.path(kind), b.path(kind));
                if (difference != null) {
                    return entry.getKey() + " " + difference;
                }
            }
        }
        return null;
    }

    /// Whether the values come in the same order, though not the series: which of two equal ones is first, sorting does
    /// not say.
    private static boolean sameInPlace(JsonNode theirs, JsonNode ours) {
        boolean same = true;
        for (int i = 0; i < theirs.size() && same; i++) {
            for (String kind : List.of("value", "histogram")) {
                same &= sample(theirs.path(i).path(kind), ours.path(i).path(kind)) == null;
            }
        }
        return same;
    }

    /// With delayed name removal, releases before 3.14 forget in `last_over_time` and `info` that a name is to be
    /// dropped.
    private static Map<String, JsonNode> withoutNamesThatAreBack(
            Map<String, JsonNode> theirs, Map<String, JsonNode> ours) {
        var without = new LinkedHashMap<String, JsonNode>();
        theirs.forEach((series, node) -> {
            String bare = series.replaceFirst("__name__=[^,}]*(, )?", "");
            without.put(ours.containsKey(series) || !ours.containsKey(bare) ? series : bare, node);
        });
        return without.size() == theirs.size() ? without : theirs;
    }

    private static Map<String, JsonNode> bySeries(JsonNode result) {
        var map = new LinkedHashMap<String, JsonNode>();
        for (JsonNode node : result) {
            var labels = new TreeMap<String, String>();
            for (Map.Entry<String, JsonNode> label : node.path("metric").properties()) {
                labels.put(label.getKey(), label.getValue().asString());
            }
            map.put(labels.toString(), node);
        }
        return map;
    }

    private static @Nullable String samples(JsonNode theirs, JsonNode ours) {
        if (theirs.size() != ours.size()) {
            return "theirs " + theirs + "\n    ours " + ours;
        }
        for (int i = 0; i < theirs.size(); i++) {
            String difference = sample(theirs.path(i), ours.path(i));
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private static @Nullable String sample(JsonNode theirs, JsonNode ours) {
        if (theirs.isMissingNode() && ours.isMissingNode()) {
            return null;
        }
        boolean same = theirs.path(0).asDouble() == ours.path(0).asDouble()
                && (theirs.path(1).isObject()
                        ? histogram(theirs.path(1), ours.path(1))
                        : number(theirs.path(1), ours.path(1), 0));
        return same ? null : "theirs " + theirs + "\n    ours " + ours;
    }

    /// Since 3.14, sums of histograms are compensated: what is almost nothing beside the count may be nothing.
    private static boolean histogram(JsonNode theirs, JsonNode ours) {
        Map<String, Double> a = buckets(theirs);
        Map<String, Double> b = buckets(ours);
        double count = GoText.parseFloat(theirs.path("count").asString());
        double total = a.values().stream().mapToDouble(Double::doubleValue).sum();
        double size = a.values().stream().mapToDouble(Math::abs).sum() + Math.abs(count) + 1;
        if (Math.abs(total - count) > 1e-9 * size) {
            // Releases before 3.14 share buckets between results, and then one spoils the other.
            return true;
        }
        boolean same = number(theirs.path("count"), ours.path("count"), size)
                && number(theirs.path("sum"), ours.path("sum"), size);
        var all = new TreeSet<>(a.keySet());
        all.addAll(b.keySet());
        for (String bounds : all) {
            same &= Math.abs(a.getOrDefault(bounds, 0.0) - b.getOrDefault(bounds, 0.0)) <= 1e-9 * size;
        }
        return same;
    }

    private static Map<String, Double> buckets(JsonNode histogram) {
        var counts = new TreeMap<String, Double>();
        for (JsonNode bucket : histogram.path("buckets")) {
            String bounds = bucket.path(0) + " " + bucket.path(1) + " " + bucket.path(2);
            counts.put(bounds, GoText.parseFloat(bucket.path(3).asString()));
        }
        return counts;
    }

    private static boolean number(JsonNode theirs, JsonNode ours, double size) {
        double a = GoText.parseFloat(theirs.asString());
        double b = GoText.parseFloat(ours.asString());
        return Double.isNaN(a)
                ? Double.isNaN(b)
                : a == b || Math.abs(a - b) <= 1e-9 * Math.max(size, Math.max(Math.abs(a), Math.abs(b)));
    }
}
