package io.pharos.query.api;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryResult;
import io.pharos.model.promql.ParseException;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.text.GoText;
import io.pharos.model.wire.ApiJson;
import io.pharos.query.QueryAnswer;
import io.pharos.query.QueryEngine;
import io.pharos.query.QueryRequest;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.Parameters;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `/api/v1/query` and `/api/v1/query_range`.
final class QueryApi {
    private static final long MAX_POINTS = 11_000;
    private static final long NANOS_PER_MS = 1_000_000;
    private static final String TRUNCATED = "results truncated due to limit";

    /// What Grafana tells of the panel that asks.
    private static final List<Map.Entry<String, String>> DASHBOARD = List.of(
            Map.entry("X-Dashboard-Uid", "dashboardUid"),
            Map.entry("X-Dashboard-Title", "dashboardTitle"),
            Map.entry("X-Panel-Id", "panelId"),
            Map.entry("X-Panel-Title", "panelTitle"));

    private final QueryEngine engine;
    private final PromqlParser parser;
    private final InstantSource time;
    private final boolean perStepStatistics;

    QueryApi(QueryEngine engine, FeatureFlags flags, InstantSource time) {
        this.engine = engine;
        this.parser = new PromqlParser(flags);
        this.time = time;
        this.perStepStatistics = flags.perStepStatistics();
    }

    Answer instant(ApiRequest request) {
        Parameters p = request.parameters();
        int limit = p.limit();
        long at = wrapped(p.timeMs("time", time.millis()));
        long timeoutMs = timeoutMs(p);
        var query = new QueryRequest(p.text("query"), at, at, 0, timeoutMs, lookbackMs(p), perStep(p), origin(request));
        return answer(query, p, limit);
    }

    Answer range(ApiRequest request) {
        Parameters p = request.parameters();
        int limit = p.limit();
        long start = wrapped(p.timeMs("start"));
        long end = wrapped(p.timeMs("end"));
        if (end < start) {
            throw Parameters.invalid(
                    "end", new IllegalArgumentException("end timestamp must not be before start time"));
        }
        long stepNanos = p.durationNanos("step");
        if (stepNanos < NANOS_PER_MS) {
            throw Parameters.invalid(
                    "step",
                    new IllegalArgumentException("zero or negative query resolution step widths are not accepted."
                            + " Try a positive integer"));
        }
        BigInteger points = BigInteger.valueOf(end)
                .subtract(BigInteger.valueOf(start))
                .multiply(BigInteger.valueOf(NANOS_PER_MS))
                .divide(BigInteger.valueOf(stepNanos));
        if (points.compareTo(BigInteger.valueOf(MAX_POINTS)) > 0) {
            throw new ApiException(
                    ApiError.BAD_DATA,
                    "exceeded maximum resolution of 11,000 points per timeseries."
                            + " Try decreasing the query resolution (?step=XX)");
        }
        long timeoutMs = timeoutMs(p);
        var query = new QueryRequest(
                p.text("query"),
                start,
                end,
                stepNanos / NANOS_PER_MS,
                timeoutMs,
                lookbackMs(p),
                perStep(p),
                origin(request));
        return answer(query, p, limit);
    }

    private Answer answer(QueryRequest query, Parameters p, int limit) {
        if (query.timeoutMs() < 0) {
            parse(query.expression());
            throw new ApiException(ApiError.TIMEOUT, "query timed out in expression evaluation");
        }
        QueryAnswer answer;
        try {
            answer = engine.run(query);
        } catch (ApiException e) {
            throw e.error() == ApiError.BAD_DATA ? Parameters.invalid("query", e) : e;
        }
        QueryResult result = answer.result();
        QueryResult.Value value = limited(result.value(), limit);
        List<String> warnings = new ArrayList<>(result.warnings());
        if (value != result.value()) {
            warnings.add(TRUNCATED);
        }
        String stats = p.text("stats");
        if (!stats.isEmpty() && !stats.equals("true") && !stats.equals("all")) {
            warnings.add("value " + GoText.quote(stats) + " for parameter \"stats\" is deprecated and will be rejected"
                    + " in the next major release, use \"true\" or \"all\"");
        }
        return new Answer.Data(
                out -> {
                    out.beginObject();
                    ApiJson.members(value, out);
                    if (!stats.isEmpty()) {
                        StatisticsJson.write(answer.statistics(), out.name("stats"));
                    }
                    out.endObject();
                },
                warnings,
                result.infos());
    }

    private void parse(String expression) {
        try {
            parser.parse(expression);
        } catch (ParseException e) {
            throw Parameters.invalid("query", e);
        }
    }

    private static QueryResult.Value limited(QueryResult.Value value, int limit) {
        if (limit == 0) {
            return value;
        }
        return switch (value) {
            case QueryResult.Vector(List<QueryResult.Element> elements)
            when elements.size() > limit -> new QueryResult.Vector(elements.subList(0, limit));
            case QueryResult.Matrix(List<QueryResult.Series> series)
            when series.size() > limit -> new QueryResult.Matrix(series.subList(0, limit));
            case QueryResult.Scalar _, QueryResult.Text _, QueryResult.Vector _, QueryResult.Matrix _ -> value;
        };
    }

    /// The time as Prometheus' engine takes it, which counts in nanoseconds: what does not fit into 64 bits wraps
    /// around.
    private static long wrapped(long ms) {
        long seconds = Math.floorDiv(ms, 1000);
        return (seconds * 1_000_000_000 + Math.floorMod(ms, 1000) * NANOS_PER_MS) / NANOS_PER_MS;
    }

    /// 0 for the engine's, −1 for one that is over before anything begins.
    private static long timeoutMs(Parameters p) {
        if (p.text("timeout").isEmpty()) {
            return 0;
        }
        long nanos = p.durationNanos("timeout");
        return nanos < NANOS_PER_MS ? -1 : nanos / NANOS_PER_MS;
    }

    private static long lookbackMs(Parameters p) {
        String text = p.text("lookback_delta");
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return Math.max(0, Parameters.parseDurationNanos(text) / NANOS_PER_MS);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ApiError.BAD_DATA, "error parsing lookback delta duration: " + e.getMessage(), e);
        }
    }

    private boolean perStep(Parameters p) {
        return perStepStatistics && p.text("stats").equals("all");
    }

    private static Map<String, String> origin(ApiRequest request) {
        var origin = new LinkedHashMap<String, String>();
        origin.put("clientIP", request.client());
        origin.put("method", request.method());
        origin.put("path", request.path());
        for (Map.Entry<String, String> header : DASHBOARD) {
            String value = request.header(header.getKey());
            if (!value.isEmpty()) {
                origin.put(header.getValue(), value);
            }
        }
        return origin;
    }
}
