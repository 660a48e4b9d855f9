package io.pharos.query.api;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.sample.TimeRange;
import io.pharos.model.text.GoText;
import io.pharos.model.wire.JsonWriter;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.Parameters;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// `/api/v1/search/metric_names`, `label_names` and `label_values` (`web/api/v1/search.go` of Prometheus 3.14), for
/// whoever types: names that match what is typed, in batches, one JSON object a line.
final class SearchApi {
    private static final int DEFAULT_LIMIT = 100;
    private static final int DEFAULT_BATCH = 100;
    private static final int MAX_TERMS = 32;
    private static final long HOUR_MS = 3_600_000;

    private final SeriesSource source;
    private final PromqlParser parser;
    private final InstantSource time;
    private final boolean enabled;
    private final int maxLimit;

    /// @param maxLimit `--web.search.max-limit`; 0 means none
    SearchApi(SeriesSource source, FeatureFlags flags, InstantSource time, int maxLimit) {
        this.source = source;
        this.parser = new PromqlParser(flags);
        this.time = time;
        this.enabled = flags.names().contains("search-api");
        this.maxLimit = maxLimit;
    }

    private record Search(
            SeriesSource.ListingRequest listing,
            NameScore score,
            Comparator<Found> order,
            boolean includeScore,
            int limit,
            int batch) {}

    private record Found(String name, double score) {}

    Answer metricNames(ApiRequest request) {
        Search search = search(request.parameters(), "metric_names");
        if (bool(request.parameters(), "include_metadata", false)) {
            throw bad("include_metadata is not built; ask /api/v1/metadata for types, helps and units");
        }
        return answer(search, "name", listing -> source.labelValues(Labels.METRIC_NAME, listing));
    }

    Answer labelNames(ApiRequest request) {
        return answer(search(request.parameters(), "label_names"), "name", source::labelNames);
    }

    Answer labelValues(ApiRequest request) {
        Search search = search(request.parameters(), "label_values");
        String label = request.parameters().text("label");
        if (label.isEmpty()) {
            throw bad("missing required parameter \"label\"");
        }
        return answer(search, "value", listing -> source.labelValues(label, listing));
    }

    private static Answer answer(
            Search search, String member, Function<SeriesSource.ListingRequest, SeriesSource.Listing> list) {
        var found = new ArrayList<Found>();
        for (String name : list.apply(search.listing()).entries()) {
            double score = search.score().of(name);
            if (score >= 0) {
                found.add(new Found(name, score));
            }
        }
        found.sort(search.order());
        List<Found> shown = found.subList(0, Math.min(search.limit(), found.size()));
        boolean more = shown.size() < found.size();
        return new Answer.Raw(
                200, "application/x-ndjson; charset=utf-8", Map.of(), out -> write(shown, more, member, search, out));
    }

    private static void write(List<Found> shown, boolean more, String member, Search search, OutputStream out) {
        for (int at = 0; at == 0 || at < shown.size(); at += search.batch()) {
            var json = new JsonWriter(out);
            json.beginObject().name("results").beginArray();
            for (Found one : shown.subList(at, Math.min(at + search.batch(), shown.size()))) {
                json.beginObject().field(member, one.name());
                if (search.includeScore()) {
                    json.field("score", one.score());
                }
                json.endObject();
            }
            json.endArray().endObject().flush();
            newline(out);
        }
        var trailer = new JsonWriter(out);
        trailer.beginObject()
                .field("status", "success")
                .field("has_more", more)
                .endObject()
                .flush();
        newline(out);
    }

    private static void newline(OutputStream out) {
        try {
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Search search(Parameters p, String endpoint) {
        if (!enabled) {
            throw new ApiException(ApiError.UNAVAILABLE, "search API disabled");
        }
        long now = time.millis();
        long start = time(p, "start", now - HOUR_MS);
        long end = time(p, "end", now);
        if (end < start) {
            throw bad("end timestamp must not be before start timestamp");
        }
        List<List<Matcher>> sets = matchers(p);
        List<String> terms = p.all("search[]");
        if (terms.size() > MAX_TERMS) {
            throw bad("too many search[] terms: got " + terms.size() + ", maximum is " + MAX_TERMS);
        }
        int threshold = number(p, "fuzz_threshold", 0, 0, 100, "must be 0-100");
        NameScore.Algorithm algorithm = algorithm(p.text("fuzz_alg"));
        boolean caseSensitive = bool(p, "case_sensitive", true);
        boolean includeScore = bool(p, "include_score", false);
        Comparator<Found> order = order(p, terms, endpoint);
        int most = maxLimit == 0 ? Integer.MAX_VALUE : maxLimit;
        int limit =
                number(p, "limit", Math.min(DEFAULT_LIMIT, most), 1, Integer.MAX_VALUE, "must be a positive integer");
        if (limit > most) {
            throw bad("limit " + limit + " exceeds the configured maximum (" + most + ", see --web.search.max-limit)");
        }
        int batch = number(p, "batch_size", DEFAULT_BATCH, 1, Integer.MAX_VALUE, "must be a positive integer");
        return new Search(
                new SeriesSource.ListingRequest(new TimeRange(start, end), sets, 0),
                new NameScore(terms, algorithm, threshold / 100.0, caseSensitive),
                order,
                includeScore,
                limit,
                batch);
    }

    private List<List<Matcher>> matchers(Parameters p) {
        try {
            List<List<Matcher>> sets = parser.selectors(p.all("match[]"));
            for (List<Matcher> set : sets) {
                if (set.stream().allMatch(Matcher::matchesEmpty)) {
                    throw bad("match[] must contain at least one non-empty matcher");
                }
            }
            return sets;
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private static Comparator<Found> order(Parameters p, List<String> terms, String endpoint) {
        String by = p.text("sort_by");
        String direction = p.text("sort_dir");
        if (!direction.isEmpty() && by.isEmpty()) {
            throw bad("sort_dir is only valid when sort_by is set");
        }
        if (!direction.isEmpty() && by.equals("score")) {
            throw bad("sort_dir is not supported for sort_by=score");
        }
        if (!direction.isEmpty() && !direction.equals("asc") && !direction.equals("dsc")) {
            throw bad("invalid sort_dir " + GoText.quote(direction) + ": must be \"asc\" or \"dsc\"");
        }
        if (by.equals("score") && terms.isEmpty()) {
            throw bad("sort_by=score requires search[] to be set");
        }
        Comparator<Found> byName = Comparator.comparing(Found::name, Labels.NAME_ORDER);
        return switch (by) {
            case "", "alpha" -> direction.equals("dsc") ? byName.reversed() : byName;
            case "score" -> Comparator.comparingDouble(Found::score).reversed().thenComparing(byName);
            default ->
                throw bad("invalid sort_by " + GoText.quote(by) + " for " + endpoint
                        + ": must be \"alpha\" or \"score\"");
        };
    }

    private static NameScore.Algorithm algorithm(String word) {
        if (word.isEmpty()) {
            return NameScore.Algorithm.SUBSEQUENCE;
        }
        for (NameScore.Algorithm algorithm : NameScore.Algorithm.values()) {
            if (algorithm.word().equals(word)) {
                return algorithm;
            }
        }
        throw bad("unsupported fuzz_alg " + GoText.quote(word) + ": must be one of [subsequence jarowinkler]");
    }

    /// Unlike elsewhere, without the parameter's name before the error.
    private static long time(Parameters p, String name, long absent) {
        try {
            return p.timeMs(name, absent);
        } catch (ApiException e) {
            throw bad(e.text().replaceFirst("^invalid parameter \"" + name + "\": ", ""));
        }
    }

    private static int number(Parameters p, String name, int absent, int least, int most, String rule) {
        String text = p.text(name);
        if (text.isEmpty()) {
            return absent;
        }
        long value;
        try {
            value = Parameters.parseInteger(text);
        } catch (NumberFormatException e) {
            value = Long.MIN_VALUE;
        }
        if (value < least || value > most) {
            throw bad("invalid " + name + " " + GoText.quote(text) + ": " + rule);
        }
        return (int) value;
    }

    private static boolean bool(Parameters p, String name, boolean absent) {
        String text = p.text(name);
        return switch (text) {
            case "" -> absent;
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw bad("invalid " + name + " " + GoText.quote(text) + ": must be boolean");
        };
    }

    private static ApiException bad(String text) {
        return new ApiException(ApiError.BAD_DATA, text);
    }
}
