package io.pharos.scraper.target;

import io.pharos.discovery.TargetGroup;
import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.relabel.Relabeler;
import io.pharos.model.text.GoText;
import io.pharos.model.text.PromDuration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Makes the targets of a job from the groups that discovery found. Stateless, thread-safe.
public final class TargetSets {
    private static final String PARAM = "__param_";
    private static final String ADDRESS = "__address__";
    private static final String SERIES_LIMIT = "__pharos_series_limit__";

    private TargetSets() {}

    /// A target that relabelling dropped, and the number of the rule that did, from 0.
    public record Dropped(Labels discovered, int rule) {}

    /// The targets of a job, without repetitions.
    ///
    /// @param dropped as many as are to be kept
    /// @param droppedCount how many were dropped in all
    /// @param failures why what discovery found could not become a target, in Prometheus' words
    public record TargetSet(List<Target> active, List<Dropped> dropped, int droppedCount, List<String> failures) {
        public static final TargetSet EMPTY = new TargetSet(List.of(), List.of(), 0, List.of());
    }

    /// What became of one discovered label set.
    public sealed interface Made {
        record Active(Target target) implements Made {}

        record Left(Dropped dropped) implements Made {}

        record Failed(String why) implements Made {}
    }

    public static TargetSet of(TargetRules rules, List<TargetGroup> groups) {
        var active = new LinkedHashMap<Long, Target>();
        var dropped = new ArrayList<Dropped>();
        int droppedCount = 0;
        var failures = new ArrayList<String>();
        for (TargetGroup group : groups) {
            int index = 0;
            for (Labels labels : group.targets()) {
                switch (make(rules, merged(labels, group.shared()))) {
                    case Made.Active(Target target) -> active.putIfAbsent(target.identity(), target);
                    case Made.Left(Dropped one) -> {
                        if (rules.keepDropped() == 0 || dropped.size() < rules.keepDropped()) {
                            dropped.add(one);
                        }
                        droppedCount++;
                    }
                    case Made.Failed(String why) ->
                        failures.add("instance " + index + " in group " + group.source() + ": " + why);
                }
                index++;
            }
        }
        return new TargetSet(List.copyOf(active.values()), List.copyOf(dropped), droppedCount, List.copyOf(failures));
    }

    private static Labels merged(Labels own, Labels shared) {
        var builder = new LabelsBuilder(own);
        for (Label label : shared) {
            if (!builder.has(label.name())) {
                builder.set(label.name(), label.value());
            }
        }
        return builder.build();
    }

    /// The labels that relabelling starts from: those found, and the job's where they are silent.
    public static Labels discovered(TargetRules rules, Labels found) {
        var builder = new LabelsBuilder(found);
        fill(builder, "job", rules.job());
        fill(builder, "__scrape_interval__", rules.interval());
        fill(builder, "__scrape_timeout__", rules.timeout());
        fill(builder, "__metrics_path__", rules.path());
        fill(builder, "__scheme__", rules.scheme());
        fill(builder, "__convert_classic_histograms_to_nhcb__", Boolean.toString(rules.customBuckets()));
        fill(builder, "__always_scrape_classic_histograms__", Boolean.toString(rules.alwaysClassic()));
        fill(builder, "__scrape_native_histograms__", Boolean.toString(rules.nativeHistograms()));
        rules.params().forEach((name, values) -> {
            if (!values.isEmpty()) {
                fill(builder, PARAM + name, values.getFirst());
            }
        });
        return builder.build();
    }

    private static void fill(LabelsBuilder builder, String name, String value) {
        if (builder.get(name).isEmpty()) {
            builder.set(name, value);
        }
    }

    /// Makes a target of the labels found for it, those of its group included.
    public static Made make(TargetRules rules, Labels found) {
        Labels discovered = discovered(rules, found);
        var labels = new LabelsBuilder(discovered);
        if (!rules.relabeler().apply(labels)) {
            List<Relabeler.Step> steps = rules.relabeler().steps(discovered);
            return new Made.Left(new Dropped(discovered, steps.size() - 1));
        }
        try {
            return new Made.Active(build(rules, discovered, labels));
        } catch (IllegalArgumentException e) {
            return new Made.Failed(String.valueOf(e.getMessage()));
        }
    }

    private static Target build(TargetRules rules, Labels discovered, LabelsBuilder labels) {
        String socket = labels.get("__unix_socket__");
        String address = labels.get(ADDRESS);
        if (address.isEmpty() && !socket.isEmpty()) {
            address = "localhost";
            labels.set(ADDRESS, address);
        }
        if (address.isEmpty()) {
            throw new IllegalArgumentException("no address");
        }
        if (address.contains("/")) {
            throw new IllegalArgumentException(GoText.quote(address) + " is not a valid hostname");
        }
        String interval = labels.get("__scrape_interval__");
        String timeout = labels.get("__scrape_timeout__");
        long intervalMs = duration(interval, "scrape interval");
        long timeoutMs = duration(timeout, "scrape timeout");
        if (timeoutMs > intervalMs) {
            throw new IllegalArgumentException("scrape timeout cannot be greater than scrape interval ("
                    + GoText.quote(timeout) + " > " + GoText.quote(interval) + ")");
        }
        long seriesLimit = count(labels.get(SERIES_LIMIT));
        boolean nativeHistograms = bool(labels, "__scrape_native_histograms__", "scrape native histograms");
        boolean customBuckets =
                bool(labels, "__convert_classic_histograms_to_nhcb__", "convert classic histograms to nhcb");
        boolean alwaysClassic =
                bool(labels, "__always_scrape_classic_histograms__", "always scrape classic histograms");
        for (String name : labels.names()) {
            if (name.startsWith("__meta_")) {
                labels.remove(name);
            }
        }
        if (labels.get("instance").isEmpty()) {
            labels.set("instance", address);
        }
        Labels all = labels.build();
        String url = url(rules, all);
        for (String name : labels.names()) {
            if (name.startsWith("__")) {
                labels.remove(name);
            }
        }
        return new Target(
                discovered,
                labels.build(),
                url,
                socket,
                interval,
                timeout,
                intervalMs,
                timeoutMs,
                seriesLimit,
                nativeHistograms,
                customBuckets,
                alwaysClassic,
                Fnv.hash(Fnv.hash(padded(Long.toUnsignedString(all.hash()))), url));
    }

    private static String padded(String number) {
        return "0".repeat(Math.max(0, 16 - number.length())) + number;
    }

    private static long duration(String text, String what) {
        long ms;
        try {
            ms = PromDuration.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("error parsing " + what + ": " + e.getMessage(), e);
        }
        if (ms == 0) {
            throw new IllegalArgumentException(what + " cannot be 0");
        }
        return ms;
    }

    private static long count(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("error parsing series limit: " + GoText.quote(text) + " in "
                    + SERIES_LIMIT + " is no whole number; 0 means no limit");
        }
        return Long.parseLong(text);
    }

    /// A boolean as Go's `strconv.ParseBool` reads it.
    private static boolean bool(LabelsBuilder labels, String name, String what) {
        String text = labels.get(name);
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default ->
                throw new IllegalArgumentException("error parsing " + what + ": strconv.ParseBool: parsing "
                        + GoText.quote(text) + ": invalid syntax");
        };
    }

    private static String url(TargetRules rules, Labels all) {
        var params = new TreeMap<String, List<String>>(Labels.NAME_ORDER);
        for (Map.Entry<String, List<String>> entry : rules.params().entrySet()) {
            params.put(entry.getKey(), new ArrayList<>(entry.getValue()));
        }
        for (Label label : all) {
            if (label.name().startsWith(PARAM)) {
                List<String> values =
                        params.computeIfAbsent(label.name().substring(PARAM.length()), _ -> new ArrayList<>());
                if (values.isEmpty()) {
                    values.add(label.value());
                } else {
                    values.set(0, label.value());
                }
            }
        }
        return GoUrl.of(
                all.get("__scheme__").toLowerCase(Locale.ROOT), all.get(ADDRESS), all.get("__metrics_path__"), params);
    }
}
