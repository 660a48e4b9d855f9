package io.pharos.runtime.remote;

import io.pharos.model.chunk.CorruptChunkException;
import io.pharos.model.labels.BadRegexException;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiHandler;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.WebApi;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// Serves a node's own ports to its peers.
final class PortRoutes {
    private static final int MAX_BATCH_BYTES = 256 << 20;
    private static final int MAX_QUERY_BYTES = 1 << 20;

    private PortRoutes() {}

    static RouterFunction<ServerResponse> storage(WebApi web, SampleSink sink, SeriesSource source) {
        return web.routes()
                .post(PeerCalls.PATH + "append", MAX_BATCH_BYTES, guarded(body -> {
                    BatchBytes.Received received = BatchBytes.read(body);
                    return BatchBytes.write(sink.append(received.batch(), received.onReject()));
                }))
                .post(PeerCalls.PATH + "select", MAX_QUERY_BYTES, request -> select(source, request))
                .post(PeerCalls.PATH + "listing", MAX_QUERY_BYTES, guarded(body -> {
                    SeriesBytes.Asked asked = SeriesBytes.listingRequest(body);
                    return SeriesBytes.write(
                            asked.label().isEmpty()
                                    ? source.labelNames(asked.request())
                                    : source.labelValues(asked.label(), asked.request()));
                }))
                .post(PeerCalls.PATH + "exemplars", MAX_QUERY_BYTES, guarded(body -> {
                    SeriesBytes.Asked asked = SeriesBytes.listingRequest(body);
                    return SeriesBytes.write(source.exemplars(
                            asked.request().range(), asked.request().matcherSets()));
                }))
                .build();
    }

    static RouterFunction<ServerResponse> query(WebApi web, QueryEvaluator evaluator) {
        return web.routes()
                .post(PeerCalls.PATH + "evaluate", MAX_QUERY_BYTES, guarded(body -> {
                    ResultBytes.Query query = ResultBytes.query(body);
                    QueryResult result = query.stepMs() == 0
                            ? evaluator.instant(query.expression(), query.startMs())
                            : evaluator.range(query.expression(), query.startMs(), query.endMs(), query.stepMs());
                    return ResultBytes.write(result);
                }))
                .build();
    }

    private static ApiHandler guarded(Function<byte[], byte[]> port) {
        return request -> {
            try {
                return Answer.bytes(PeerCalls.BINARY, port.apply(request.body()));
            } catch (ApiException e) {
                return failed(e.error().status(), e.error().text(), e.text());
            } catch (CorruptChunkException | BadRegexException e) {
                return failed(400, "bad_data", String.valueOf(e.getMessage()));
            }
        };
    }

    private static Answer select(SeriesSource source, ApiRequest request) {
        try {
            SeriesSource.Selection selection = SeriesBytes.selection(request.body());
            SeriesSet set = source.select(selection);
            // Written after this method returns, on the same thread; closed by the writer.
            return new Answer.Raw(200, PeerCalls.BINARY, Map.of(), out -> {
                try (set) {
                    SeriesBytes.write(selection, set, out);
                }
            });
        } catch (ApiException e) {
            return failed(e.error().status(), e.error().text(), e.text());
        } catch (CorruptChunkException | BadRegexException e) {
            return failed(400, "bad_data", String.valueOf(e.getMessage()));
        }
    }

    private static Answer failed(int status, String type, String text) {
        return new Answer.Raw(
                status,
                "text/plain; charset=utf-8",
                Map.of(PeerCalls.ERROR, type),
                out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
