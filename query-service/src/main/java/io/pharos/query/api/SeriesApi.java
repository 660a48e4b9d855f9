package io.pharos.query.api;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.promql.Expr;
import io.pharos.model.promql.ParseException;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.TimeRange;
import io.pharos.model.text.GoText;
import io.pharos.model.wire.ApiJson;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.Parameters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// `/api/v1/series`, `labels`, `label/…/values` and `query_exemplars`: what there is, not what it was.
final class SeriesApi {
    private static final List<String> TRUNCATED = List.of("results truncated due to limit");

    private final SeriesSource source;
    private final PromqlParser parser;

    SeriesApi(SeriesSource source, FeatureFlags flags) {
        this.source = source;
        this.parser = new PromqlParser(flags);
    }

    Answer series(ApiRequest request) {
        Parameters p = request.parameters();
        if (!p.has("match[]")) {
            throw new ApiException(ApiError.BAD_DATA, "no match[] parameter provided");
        }
        int limit = p.limit();
        TimeRange range = range(p);
        List<List<Matcher>> sets;
        try {
            sets = matcherSets(p);
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid("match[]", e);
        }
        Collection<Labels> found = range == null ? List.of() : select(sets, range);
        List<Labels> shown =
                limit > 0 && found.size() > limit ? List.copyOf(found).subList(0, limit) : List.copyOf(found);
        return Answer.data(
                out -> {
                    out.beginArray();
                    shown.forEach(out::labels);
                    out.endArray();
                },
                shown.size() < found.size() ? TRUNCATED : List.of());
    }

    private Collection<Labels> select(List<List<Matcher>> sets, TimeRange range) {
        // One selector alone answers in the order of the store, as in Prometheus.
        boolean alone = sets.size() == 1;
        Collection<Labels> found = alone ? new ArrayList<>() : new TreeSet<>();
        SelectHints hints = alone ? new SelectHints(0, "series", 0, false, false) : SelectHints.SERIES;
        for (List<Matcher> matchers : sets) {
            try (SeriesSet set = source.select(new SeriesSource.Selection(range, matchers, hints))) {
                for (int i = 0; i < set.size(); i++) {
                    found.add(set.labels(i));
                }
            }
        }
        return found;
    }

    Answer labelNames(ApiRequest request) {
        Parameters p = request.parameters();
        return listed(source.labelNames(listing(p)));
    }

    Answer labelValues(ApiRequest request) {
        String name = labelName(request);
        return listed(source.labelValues(name, listing(request.parameters())));
    }

    private static Answer listed(SeriesSource.Listing listing) {
        return Answer.data(out -> out.texts(listing.entries()), listing.truncated() ? TRUNCATED : List.of());
    }

    /// Listings look only at which part of the store a range touches, so that swapped bounds do not matter.
    private SeriesSource.ListingRequest listing(Parameters p) {
        int limit = p.limit();
        long start = p.timeMs("start", Parameters.MIN_TIME_MS);
        long end = p.timeMs("end", Parameters.MAX_TIME_MS);
        var range = new TimeRange(Math.min(start, end), Math.max(start, end));
        try {
            return new SeriesSource.ListingRequest(range, matcherSets(p), limit);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ApiError.BAD_DATA, String.valueOf(e.getMessage()), e);
        }
    }

    private static String labelName(ApiRequest request) {
        String name = request.variables().getOrDefault("name", "");
        if (name.startsWith("U__")) {
            name = EscapedNames.decode(name);
        }
        // What is not UTF-8 in the path comes as U+FFFD.
        if (name.isEmpty() || name.indexOf('\uFFFD') >= 0) {
            throw new ApiException(ApiError.BAD_DATA, "invalid label name: " + quoteBytes(request.path()));
        }
        return name;
    }

    /// The label name in an encoded path, quoted as Go does: bytes that are not UTF-8 as `\xff`.
    private static String quoteBytes(String path) {
        String[] parts = path.split("/");
        String encoded = parts[parts.length - 2];
        var out = new StringBuilder();
        for (int i = 0; i < encoded.length(); i++) {
            boolean escape = encoded.charAt(i) == '%' && i + 2 < encoded.length();
            int value = escape ? Integer.parseInt(encoded, i + 1, i + 3, 16) : encoded.charAt(i);
            if (value >= 0x80) {
                out.append("\\x").append(Integer.toHexString(value));
            } else {
                String quoted = GoText.quote(String.valueOf((char) value));
                out.append(quoted, 1, quoted.length() - 1);
            }
            i += escape ? 2 : 0;
        }
        return '"' + out.toString() + '"';
    }

    Answer exemplars(ApiRequest request) {
        Parameters p = request.parameters();
        long start = p.timeMs("start", Parameters.MIN_TIME_MS);
        long end = p.timeMs("end", Parameters.MAX_TIME_MS);
        if (end < start) {
            throw new ApiException(ApiError.BAD_DATA, "end timestamp must not be before start timestamp");
        }
        var sets = new ArrayList<List<Matcher>>();
        try {
            collect(parser.parse(p.text("query")), sets);
        } catch (ParseException e) {
            throw new ApiException(ApiError.BAD_DATA, String.valueOf(e.getMessage()), e);
        }
        if (sets.isEmpty()) {
            return Answer.empty();
        }
        List<SeriesSource.SeriesExemplars> found = source.exemplars(new TimeRange(start, end), sets);
        return Answer.data(out -> {
            out.beginArray();
            for (SeriesSource.SeriesExemplars series : found) {
                out.beginObject()
                        .name("seriesLabels")
                        .labels(series.series())
                        .name("exemplars")
                        .beginArray();
                for (Exemplar exemplar : series.exemplars()) {
                    ApiJson.exemplar(exemplar, out);
                }
                out.endArray().endObject();
            }
            out.endArray();
        });
    }

    /// The matchers of every selector in the tree.
    private static void collect(Expr expr, List<List<Matcher>> into) {
        switch (expr) {
            case Expr.VectorSelector v -> into.add(v.matchers());
            case Expr.MatrixSelector m -> into.add(m.selector().matchers());
            case Expr.Subquery s -> collect(s.expr(), into);
            case Expr.Unary u -> collect(u.expr(), into);
            case Expr.Paren p -> collect(p.expr(), into);
            case Expr.Binary b -> {
                collect(b.left(), into);
                collect(b.right(), into);
            }
            case Expr.Aggregation a -> {
                collect(a.expr(), into);
                Expr parameter = a.parameter();
                if (parameter != null) {
                    collect(parameter, into);
                }
            }
            case Expr.Call c -> c.arguments().forEach(argument -> collect(argument, into));
            case Expr.NumberLiteral _, Expr.StringLiteral _ -> {}
        }
    }

    /// Null where the end is before the start.
    private static @Nullable TimeRange range(Parameters p) {
        long start = p.timeMs("start", Parameters.MIN_TIME_MS);
        long end = p.timeMs("end", Parameters.MAX_TIME_MS);
        return end < start ? null : new TimeRange(start, end);
    }

    private List<List<Matcher>> matcherSets(Parameters p) {
        List<List<Matcher>> sets = parser.selectors(p.all("match[]"));
        for (List<Matcher> set : sets) {
            if (set.stream().allMatch(Matcher::matchesEmpty)) {
                throw new IllegalArgumentException("match[] must contain at least one non-empty matcher");
            }
        }
        return sets;
    }
}
