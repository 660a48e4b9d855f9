package io.pharos.query.api;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.text.GoText;
import io.pharos.model.wire.JsonWriter;
import io.pharos.query.QueryEngine;
import io.pharos.query.QueryRequest;
import io.pharos.query.RunningQuery;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import java.util.List;

/// `/api/pharos/v1/queries`: the queries that wait or run, and how to stop one.
final class RunningQueriesApi {
    private final QueryEngine engine;

    RunningQueriesApi(QueryEngine engine) {
        this.engine = engine;
    }

    Answer list(ApiRequest request) {
        List<RunningQuery> running = engine.running();
        return Answer.data(out -> {
            out.beginObject().name("queries").beginArray();
            running.forEach(query -> write(query, out));
            out.endArray().endObject();
        });
    }

    private static void write(RunningQuery query, JsonWriter out) {
        QueryRequest request = query.request();
        out.beginObject().field("id", query.id()).field("query", request.expression());
        out.name("start").timestamp(request.startMs()).name("end").timestamp(request.endMs());
        out.field("step", request.stepMs() / 1000.0);
        out.name("startedAt").timestamp(query.startedMs());
        out.field("age", query.ageMs() / 1000.0)
                .field("state", query.waiting() ? "waiting" : "running")
                .field("samples", query.samples())
                .field("bytes", query.bytes());
        out.name("origin").texts(request.origin()).endObject();
    }

    Answer cancel(ApiRequest request) {
        String id = request.variables().getOrDefault("id", "");
        long number;
        try {
            number = Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw new ApiException(
                    ApiError.BAD_DATA,
                    "query id " + GoText.quote(id) + " is not a number; /api/pharos/v1/queries lists them",
                    e);
        }
        if (!engine.cancel(number)) {
            throw new ApiException(
                    ApiError.NOT_FOUND, "no query " + number + " waits or runs; it may have ended already");
        }
        return Answer.empty();
    }
}
