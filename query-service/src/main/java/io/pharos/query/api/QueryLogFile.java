package io.pharos.query.api;

import io.pharos.model.text.GoText;
import io.pharos.model.wire.JsonWriter;
import io.pharos.query.QueryLog;
import io.pharos.query.QueryRequest;
import io.pharos.query.QueryStatistics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `global.query_log_file`: one JSON object a line for every query that ended, as Prometheus 3.14 writes it.
/// Opened anew on every reload, so that rotated files are let go. Thread-safe.
public final class QueryLogFile implements QueryLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLogFile.class);
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final InstantSource time;
    private @Nullable OutputStream file;

    public QueryLogFile(InstantSource time) {
        this.time = time;
    }

    /// Opens a file to append to; what is returned puts it into force. An empty name ends the log.
    public Runnable prepare(String name) {
        OutputStream next;
        try {
            next = name.isEmpty()
                    ? null
                    : Files.newOutputStream(Path.of(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot open query_log_file " + GoText.quote(name) + ": " + e
                            + "; check that the folder exists and may be written to",
                    e);
        }
        return () -> replace(next);
    }

    private synchronized void replace(@Nullable OutputStream next) {
        close();
        file = next;
    }

    /// Whether there is a file to write to.
    public synchronized boolean isOpen() {
        return file != null;
    }

    @Override
    public synchronized void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.warn("Cannot close the query log", e);
            }
            file = null;
        }
    }

    @Override
    public void ended(QueryRequest request, QueryStatistics statistics, @Nullable String error) {
        var line = new ByteArrayOutputStream(512);
        var out = new JsonWriter(line);
        out.beginObject()
                .field("time", GoText.rfc3339(time.instant()))
                .field("level", "INFO")
                .field("source", "query")
                .field("msg", "promql query logged");
        out.name("params")
                .beginObject()
                .field("end", MILLIS.format(Instant.ofEpochMilli(request.endMs())))
                .field("query", request.expression())
                .field("start", MILLIS.format(Instant.ofEpochMilli(request.startMs())))
                .field("step", request.stepMs() / 1000)
                .endObject();
        if (error != null) {
            out.field("error", error);
        }
        StatisticsJson.write(statistics, out.name("stats"));
        origin(request.origin(), out);
        out.endObject().flush();
        line.write('\n');
        append(line);
    }

    /// Requests of the API stand below `httpRequest`, as Prometheus tells of them; those of rules below `ruleGroup`.
    private static void origin(Map<String, String> origin, JsonWriter out) {
        if (origin.containsKey("clientIP")) {
            out.name("httpRequest").beginObject();
            for (String name : List.of("clientIP", "method", "path")) {
                out.field(name, origin.getOrDefault(name, ""));
            }
            out.endObject();
        } else if (!origin.isEmpty()) {
            out.name("ruleGroup").texts(origin);
        }
    }

    private synchronized void append(ByteArrayOutputStream line) {
        if (file == null) {
            return;
        }
        try {
            line.writeTo(file);
        } catch (IOException e) {
            LOG.error("Cannot write to the query log", e);
        }
    }
}
