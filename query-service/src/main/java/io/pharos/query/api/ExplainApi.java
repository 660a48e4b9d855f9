package io.pharos.query.api;

import io.pharos.model.wire.JsonWriter;
import io.pharos.query.QueryEngine;
import io.pharos.query.QueryRequest;
import io.pharos.query.operator.NodeFigures;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.Parameters;
import java.time.InstantSource;

/// `/api/pharos/v1/explain`: runs a query and tells what each node of its plan did. With `start`, `end` and
/// `step` a range query, else one at `time`.
final class ExplainApi {
    private static final long NANOS_PER_MS = 1_000_000;

    private final QueryEngine engine;
    private final InstantSource time;

    ExplainApi(QueryEngine engine, InstantSource time) {
        this.engine = engine;
        this.time = time;
    }

    Answer explain(ApiRequest request) {
        Parameters p = request.parameters();
        String expression = p.text("query");
        QueryRequest query = p.text("start").isEmpty()
                ? QueryRequest.instant(expression, p.timeMs("time", time.millis()))
                : QueryRequest.range(
                        expression,
                        p.timeMs("start"),
                        Math.max(p.timeMs("start"), p.timeMs("end")),
                        Math.max(1, p.durationNanos("step") / NANOS_PER_MS));
        NodeFigures tree = engine.explain(query);
        return Answer.data(out -> write(tree, out));
    }

    private static void write(NodeFigures node, JsonWriter out) {
        out.beginObject().field("operation", node.operation()).field("fused", node.fused());
        out.field("series", node.rows())
                .field("samples", node.samples())
                .field("bytes", node.bytes())
                .field("seconds", node.nanos() / 1e9);
        out.name("inputs").beginArray();
        node.inputs().forEach(input -> write(input, out));
        out.endArray().endObject();
    }
}
