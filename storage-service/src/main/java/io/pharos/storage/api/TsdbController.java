package io.pharos.storage.api;

import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.TimeRange;
import io.pharos.model.wire.JsonWriter;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiHandler;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.Parameters;
import io.pharos.runtime.web.WebApi;
import io.pharos.storage.TimeSeriesStore;
import io.pharos.storage.blocks.BlockException;
import io.pharos.storage.blocks.BlockImport;
import io.pharos.storage.index.LabelIndex.Figure;
import io.pharos.storage.ingest.TextImport;
import io.pharos.storage.partition.Partitions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// `/api/v1/admin/tsdb/*`, `/api/v1/status/tsdb*`, `/api/v1/status/walreplay`, and our own `/api/pharos/v1/flush`,
/// `/api/pharos/v1/import`, `/api/pharos/v1/import_blocks` and `/api/pharos/v1/metadata`.
public final class TsdbController {
    private static final int MOST_FIGURES = 10_000;
    private static final DateTimeFormatter SNAPSHOT_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final int MOST_IMPORT_BYTES = 64 << 20;

    private final TimeSeriesStore store;
    private final PromqlParser parser;
    private final InstantSource time;
    private final boolean adminEnabled;
    private final SecureRandom random = new SecureRandom();

    public TsdbController(TimeSeriesStore store, PromqlParser parser, InstantSource time, boolean adminEnabled) {
        this.store = store;
        this.parser = parser;
        this.time = time;
        this.adminEnabled = adminEnabled;
    }

    public RouterFunction<ServerResponse> routes(WebApi web) {
        ApiHandler delete = admin(this::deleteSeries);
        ApiHandler clean = admin(_ -> {
            store.cleanTombstones();
            return Answer.empty();
        });
        ApiHandler snapshot = admin(this::snapshot);
        ApiHandler flush = admin(_ -> {
            store.flush();
            return Answer.empty();
        });
        ApiHandler load = admin(this::importText);
        return web.routes()
                .post("/api/v1/admin/tsdb/delete_series", delete)
                .put("/api/v1/admin/tsdb/delete_series", delete)
                .post("/api/v1/admin/tsdb/clean_tombstones", clean)
                .put("/api/v1/admin/tsdb/clean_tombstones", clean)
                .post("/api/v1/admin/tsdb/snapshot", snapshot)
                .put("/api/v1/admin/tsdb/snapshot", snapshot)
                .post("/api/pharos/v1/flush", flush)
                .post("/api/pharos/v1/import", MOST_IMPORT_BYTES, load)
                .post("/api/pharos/v1/import_blocks", admin(this::importBlocks))
                .get("/api/pharos/v1/metadata", this::metadata)
                .get("/api/v1/status/tsdb", this::status)
                .get("/api/v1/status/tsdb/blocks", _ -> Answer.data(this::blocks))
                .get("/api/v1/status/walreplay", _ -> Answer.data(this::replay))
                .build();
    }

    private ApiHandler admin(ApiHandler handler) {
        return adminEnabled ? handler : _ -> unavailable("admin APIs disabled");
    }

    /// Prometheus answers this one error type with 500.
    private static Answer unavailable(String text) {
        return new Answer.Raw(500, "application/json", Map.of(), out -> {
            var json = new JsonWriter(out);
            json.beginObject()
                    .field("status", "error")
                    .field("errorType", "unavailable")
                    .field("error", text)
                    .endObject()
                    .flush();
        });
    }

    private Answer deleteSeries(ApiRequest request) {
        Parameters parameters = request.parameters();
        if (!parameters.has("match[]")) {
            throw new ApiException(ApiError.BAD_DATA, "no match[] parameter provided");
        }
        long start = parameters.timeMs("start", Parameters.MIN_TIME_MS);
        long end = parameters.timeMs("end", Parameters.MAX_TIME_MS);
        List<List<Matcher>> sets;
        try {
            sets = parser.selectors(parameters.all("match[]"));
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid("match[]", e);
        }
        if (start <= end) {
            store.delete(sets, new TimeRange(start, end));
        }
        return Answer.empty();
    }

    private Answer importText(ApiRequest request) {
        Format format = request.header("Content-Type").startsWith("application/openmetrics-text")
                ? Format.OPENMETRICS
                : Format.TEXT;
        TextImport.Outcome outcome = new TextImport(store::backfill).load(request.body(), format);
        return Answer.data(json -> json.beginObject()
                .field("samples", outcome.stored())
                .field("rejected", outcome.rejected())
                .field("firstRejection", outcome.firstRejection())
                .endObject());
    }

    /// Takes over the blocks in a folder of this machine: a data folder of a Prometheus, a snapshot of it, or one
    /// block.
    private Answer importBlocks(ApiRequest request) {
        String folder = request.parameters().text("folder");
        if (folder.isEmpty()) {
            throw new ApiException(ApiError.BAD_DATA, "no folder parameter provided");
        }
        BlockImport.Outcome outcome;
        try {
            outcome = new BlockImport(store::backfill).load(Path.of(folder));
        } catch (BlockException | InvalidPathException e) {
            throw new ApiException(ApiError.BAD_DATA, String.valueOf(e.getMessage()));
        }
        store.flush();
        return Answer.data(json -> json.beginObject()
                .field("blocks", outcome.blocks())
                .field("series", outcome.series())
                .field("samples", outcome.stored())
                .field("rejected", outcome.rejected())
                .field("firstRejection", outcome.firstRejection())
                .endObject());
    }

    /// What is stored of families, in the shape of `/api/v1/metadata`, which tells what is being scraped.
    private Answer metadata(ApiRequest request) {
        Parameters parameters = request.parameters();
        long start = parameters.timeMs("start", Parameters.MIN_TIME_MS);
        long end = parameters.timeMs("end", Parameters.MAX_TIME_MS);
        String metric = parameters.text("metric");
        if (end < start) {
            throw new ApiException(
                    ApiError.BAD_DATA, "invalid parameter \"end\": end timestamp must not be before start time");
        }
        Map<String, MetricMetadata> all = store.metadata(new TimeRange(start, end));
        return Answer.data(json -> {
            json.beginObject();
            all.forEach((family, of) -> {
                if (metric.isEmpty() || metric.equals(family)) {
                    json.name(family).beginArray().beginObject();
                    json.field("type", of.type().text());
                    json.field("unit", of.unit());
                    json.field("help", of.help());
                    json.endObject().endArray();
                }
            });
            json.endObject();
        });
    }

    private Answer snapshot(ApiRequest request) {
        String skip = request.parameters().text("skip_head");
        boolean skipHead =
                switch (skip) {
                    case "", "0", "f", "F", "false", "FALSE", "False" -> false;
                    case "1", "t", "T", "true", "TRUE", "True" -> true;
                    default ->
                        throw new ApiException(
                                ApiError.BAD_DATA,
                                "invalid parameter \"skip_head\": unable to parse boolean \"" + skip + "\"");
                };
        String name = SNAPSHOT_TIME.format(time.instant()) + "-" + "%016x".formatted(random.nextLong());
        store.snapshot(store.options().folder().resolve("snapshots").resolve(name), !skipHead);
        return Answer.data(json -> json.beginObject().field("name", name).endObject());
    }

    private Answer status(ApiRequest request) {
        String text = request.parameters().text("limit");
        int limit = 10;
        if (!text.isEmpty()) {
            long given;
            try {
                given = Parameters.parseInteger(text);
            } catch (NumberFormatException e) {
                given = 0;
            }
            if (given < 1) {
                throw new ApiException(ApiError.BAD_DATA, "limit must be a positive number");
            }
            if (given > MOST_FIGURES) {
                throw new ApiException(ApiError.BAD_DATA, "limit must not exceed " + MOST_FIGURES);
            }
            limit = (int) given;
        }
        int most = limit;
        return Answer.data(json -> {
            json.beginObject().name("headStats").beginObject();
            json.field("numSeries", store.head().seriesCount());
            json.field("numLabelPairs", store.head().pairCount());
            json.field("chunkCount", store.head().chunkCount());
            json.field("minTime", store.head().minMs());
            json.field("maxTime", store.head().maxMs());
            json.endObject();
            figures(json, "seriesCountByMetricName", store.head().withIndex(i -> i.seriesByMetric(most)));
            figures(json, "labelValueCountByLabelName", store.head().withIndex(i -> i.valuesByName(most)));
            figures(json, "memoryInBytesByLabelName", store.head().withIndex(i -> i.bytesByName(most)));
            figures(json, "seriesCountByLabelValuePair", store.head().withIndex(i -> i.seriesByPair(most)));
            json.endObject();
        });
    }

    private static void figures(JsonWriter json, String name, List<Figure> figures) {
        json.name(name).beginArray();
        figures.forEach(figure -> json.beginObject()
                .field("name", figure.name())
                .field("value", figure.value())
                .endObject());
        json.endArray();
    }

    private void blocks(JsonWriter json) {
        json.beginObject().name("blocks").beginArray();
        for (Partitions.Description of : store.partitions().describe()) {
            json.beginObject();
            json.field("ulid", of.name());
            json.field("minTime", of.firstMs());
            json.field("maxTime", of.lastMs() + 1);
            json.name("stats").beginObject();
            json.field("numSamples", of.samples());
            json.field("numFloatSamples", of.samples() - of.histograms());
            json.field("numHistogramSamples", of.histograms());
            json.field("numSeries", of.series());
            json.endObject();
            json.name("compaction").beginObject();
            json.field("level", 1);
            json.name("sources").beginArray().text(of.name()).endArray();
            json.endObject();
            json.field("version", 1);
            json.endObject();
        }
        json.endArray().endObject();
    }

    private void replay(JsonWriter json) {
        json.beginObject();
        json.field("min", store.figures().replayFirst());
        json.field("max", store.figures().replayLast());
        json.field("current", store.figures().replayCurrent());
        json.endObject();
    }
}
