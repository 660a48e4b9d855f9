package io.pharos.storage.api;

import io.pharos.model.labels.BadRegexException;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.wire.RemoteReadCodec;
import io.pharos.model.wire.RemoteReadCodec.Query;
import io.pharos.model.wire.RemoteReadCodec.Request;
import io.pharos.model.wire.RemoteReadCodec.ResponseType;
import io.pharos.model.wire.WireFormatException;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.WebApi;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.xerial.snappy.Snappy;

/// `POST /api/v1/read`: remote read, sampled or streamed in chunks (`storage/remote/read_handler.go` of Prometheus
/// 3.14).
public final class RemoteReadController {
    private static final int MOST_BODY_BYTES = 32 << 20;

    private final SeriesSource source;
    private final Supplier<Labels> externalLabels;
    private final long sampleLimit;
    private final int frameBytes;
    private final @Nullable Semaphore permits;

    /// @param sampleLimit most samples of a sampled answer, 0 for no limit
    /// @param concurrent most requests at a time, 0 for no limit
    public RemoteReadController(
            SeriesSource source, Supplier<Labels> externalLabels, long sampleLimit, int frameBytes, int concurrent) {
        this.source = source;
        this.externalLabels = externalLabels;
        this.sampleLimit = sampleLimit;
        this.frameBytes = frameBytes;
        permits = concurrent > 0 ? new Semaphore(concurrent) : null;
    }

    public RouterFunction<ServerResponse> routes(WebApi web) {
        return web.routes().post("/api/v1/read", MOST_BODY_BYTES, this::read).build();
    }

    private Answer read(ApiRequest request) throws InterruptedException {
        Request asked;
        byte[] body = {};
        try {
            if (Snappy.uncompressedLength(request.body()) > MOST_BODY_BYTES) {
                return Answer.text(400, "snappy: decoded block is too large");
            }
            body = Snappy.uncompress(request.body());
            asked = RemoteReadCodec.readRequest(body, 0, body.length);
        } catch (IOException e) {
            return Answer.text(400, "snappy: corrupt input");
        } catch (WireFormatException e) {
            return Answer.text(400, String.valueOf(e.getMessage()));
        } catch (BadRegexException e) {
            // By then, the original has set the header of a good answer, and clients see it.
            byte[] text = (e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
            boolean sampled =
                    responseType(RemoteReadCodec.accepted(body, 0, body.length)) != ResponseType.STREAMED_XOR_CHUNKS;
            return new Answer.Raw(
                    500,
                    "text/plain; charset=utf-8",
                    sampled
                            ? Map.of("Content-Encoding", "snappy", "X-Content-Type-Options", "nosniff")
                            : Map.of("X-Content-Type-Options", "nosniff"),
                    out -> out.write(text));
        }
        ResponseType type = responseType(asked.accepted());
        if (type == null) {
            return Answer.text(
                    400,
                    "server does not support any of the requested response types: " + asked.accepted()
                            + "; supported: map[SAMPLES:{} STREAMED_XOR_CHUNKS:{}]");
        }
        if (permits != null) {
            permits.acquire();
        }
        try {
            return switch (type) {
                case SAMPLES -> sampled(asked);
                case STREAMED_XOR_CHUNKS ->
                    new Answer.Raw(
                            200,
                            "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse",
                            Map.of(),
                            out -> stream(asked, out));
            };
        } finally {
            if (permits != null) {
                permits.release();
            }
        }
    }

    private static @Nullable ResponseType responseType(List<Integer> accepted) {
        if (accepted.isEmpty()) {
            return ResponseType.SAMPLES;
        }
        for (int number : accepted) {
            if (number == 0) {
                return ResponseType.SAMPLES;
            }
            if (number == 1) {
                return ResponseType.STREAMED_XOR_CHUNKS;
            }
        }
        return null;
    }

    /// External labels are added to what is answered; a matcher that asks for one of them asks for its absence here.
    private SeriesSet select(Query query, Labels external, boolean sorted) {
        var matchers = new ArrayList<Matcher>();
        for (Matcher matcher : query.matchers()) {
            boolean own = matcher.type() == Matcher.Type.EQUAL
                    && !matcher.value().isEmpty()
                    && external.get(matcher.name()).equals(matcher.value());
            matchers.add(own ? Matcher.equal(matcher.name(), "") : matcher);
        }
        SelectHints asked = query.hints();
        var hints = new SelectHints(asked.stepMs(), asked.function(), asked.rangeMs(), false, sorted);
        return source.select(new Selection(query.range(), matchers, hints));
    }

    private static Labels withExternal(Labels labels, Labels external) {
        if (external.isEmpty()) {
            return labels;
        }
        var builder = new LabelsBuilder(labels);
        var names = new HashSet<>(builder.names());
        external.forEach(label -> {
            if (!names.contains(label.name())) {
                builder.set(label.name(), label.value());
            }
        });
        return builder.build();
    }

    private static long before(long ms) {
        return ms == Long.MIN_VALUE ? ms : ms - 1;
    }

    private Answer sampled(Request asked) {
        Labels external = externalLabels.get();
        var response = new RemoteReadCodec.SampledResponse();
        var samples = new SampleBuffer();
        long count = 0;
        for (Query query : asked.queries()) {
            response.beginResult();
            // Nobody asks for everything by saying nothing.
            if (query.matchers().isEmpty()) {
                response.endResult();
                continue;
            }
            try (SeriesSet set = select(query, external, false)) {
                for (int i = 0; i < set.size(); i++) {
                    samples.clear();
                    set.read(i, before(query.range().firstMs()), query.range().lastMs(), samples);
                    if (samples.isEmpty()) {
                        continue;
                    }
                    count += samples.floats() + samples.histogramCount();
                    if (sampleLimit > 0 && count > sampleLimit) {
                        return Answer.text(400, "exceeded sample limit (" + sampleLimit + ")");
                    }
                    response.add(withExternal(set.labels(i), external), samples);
                }
            }
            response.endResult();
        }
        byte[] packed;
        try {
            packed = Snappy.compress(response.toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compress an answer", e);
        }
        return new Answer.Raw(
                200, "application/x-protobuf", Map.of("Content-Encoding", "snappy"), out -> out.write(packed));
    }

    private void stream(Request asked, OutputStream out) throws IOException {
        Labels external = externalLabels.get();
        var samples = new SampleBuffer();
        try {
            for (int q = 0; q < asked.queries().size(); q++) {
                Query query = asked.queries().get(q);
                if (query.matchers().isEmpty()) {
                    continue;
                }
                try (SeriesSet set = select(query, external, true)) {
                    for (int i = 0; i < set.size(); i++) {
                        samples.clear();
                        set.read(
                                i,
                                before(query.range().firstMs()),
                                query.range().lastMs(),
                                samples);
                        RemoteReadCodec.streamSeries(
                                q, withExternal(set.labels(i), external), samples, frameBytes, (bytes, length) -> {
                                    try {
                                        out.write(bytes, 0, length);
                                    } catch (IOException e) {
                                        throw new UncheckedIOException(e);
                                    }
                                });
                    }
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
