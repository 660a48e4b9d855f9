package io.pharos.model.wire;

import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.chunk.HistogramChunk;
import io.pharos.model.chunk.HistogramChunkWriter;
import io.pharos.model.chunk.IntegerCounts;
import io.pharos.model.chunk.XorChunk;
import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SelectHints;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Remote read (`prompb/remote.proto` of Prometheus 3.14): reads requests, writes both kinds of answers.
public final class RemoteReadCodec {
    private static final int CHUNK_SAMPLES = 120;

    private RemoteReadCodec() {}

    /// How the answer is sent.
    public enum ResponseType {
        SAMPLES,
        STREAMED_XOR_CHUNKS
    }

    /// One query: series that match, over a range whose ends are both included.
    public record Query(TimeRange range, List<Matcher> matchers, SelectHints hints) {
        public Query {
            matchers = List.copyOf(matchers);
        }
    }

    /// A request; `accepted` are the numbers of the response types the client takes, by preference.
    public record Request(List<Query> queries, List<Integer> accepted) {
        public Request {
            queries = List.copyOf(queries);
            accepted = List.copyOf(accepted);
        }
    }

    /// Reads a request.
    ///
    /// @throws WireFormatException where it is none
    /// @throws io.pharos.model.labels.BadRegexException where a matcher's expression does not compile
    public static Request readRequest(byte[] bytes, int from, int to) {
        var queries = new ArrayList<Query>();
        var in = new ProtoFields();
        in.enter(bytes, from, to);
        while (in.next()) {
            if (in.field == 1) {
                in.expect(ProtoFields.BYTES, "Queries");
                queries.add(query(bytes, in.from, in.to));
            }
        }
        return new Request(queries, accepted(bytes, from, to));
    }

    /// The kinds of answer that a request accepts, whatever its queries are.
    public static List<Integer> accepted(byte[] bytes, int from, int to) {
        var accepted = new ArrayList<Integer>();
        var in = new ProtoFields();
        in.enter(bytes, from, to);
        while (in.next()) {
            if (in.field == 2 && in.wireType == ProtoFields.VARINT) {
                accepted.add((int) in.number);
            } else if (in.field == 2) {
                in.expect(ProtoFields.BYTES, "AcceptedResponseTypes");
                var packed = new ProtoFields();
                packed.enter(bytes, in.from, in.to);
                while (packed.at < packed.end) {
                    accepted.add((int) packed.uvarint());
                }
            }
        }
        return accepted;
    }

    private static Query query(byte[] bytes, int from, int to) {
        var in = new ProtoFields();
        in.enter(bytes, from, to);
        long start = 0;
        long end = 0;
        var matchers = new ArrayList<Matcher>();
        SelectHints hints = SelectHints.NONE;
        while (in.next()) {
            switch (in.field) {
                case 1 -> start = in.number;
                case 2 -> end = in.number;
                case 3 -> matchers.add(matcher(bytes, in.from, in.to));
                case 4 -> hints = hints(bytes, in.from, in.to);
                default -> {}
            }
        }
        if (end < start) {
            throw new WireFormatException("query ends (" + end + " ms) before it starts (" + start + " ms)");
        }
        return new Query(new TimeRange(start, end), matchers, hints);
    }

    private static Matcher matcher(byte[] bytes, int from, int to) {
        var in = new ProtoFields();
        in.enter(bytes, from, to);
        int type = 0;
        String name = "";
        String value = "";
        while (in.next()) {
            switch (in.field) {
                case 1 -> type = (int) in.number;
                case 2 -> name = new String(bytes, in.from, in.to - in.from, StandardCharsets.UTF_8);
                case 3 -> value = new String(bytes, in.from, in.to - in.from, StandardCharsets.UTF_8);
                default -> {}
            }
        }
        if (type < 0 || type > 3) {
            throw new WireFormatException("invalid matcher type");
        }
        return new Matcher(Matcher.Type.values()[type], name, value);
    }

    private static SelectHints hints(byte[] bytes, int from, int to) {
        var in = new ProtoFields();
        in.enter(bytes, from, to);
        long step = 0;
        long range = 0;
        String function = "";
        while (in.next()) {
            switch (in.field) {
                case 1 -> step = in.number;
                case 2 -> function = new String(bytes, in.from, in.to - in.from, StandardCharsets.UTF_8);
                case 7 -> range = in.number;
                default -> {}
            }
        }
        return new SelectHints(step, function, range, false, true);
    }

    /// Writes a request, for clients.
    public static byte[] writeRequest(Request request) {
        var bytes = new ByteWriter(256);
        var out = new ProtoOutput(bytes);
        for (Query query : request.queries()) {
            int mark = out.begin(1);
            out.varint(1, query.range().firstMs());
            out.varint(2, query.range().lastMs());
            for (Matcher matcher : query.matchers()) {
                int inner = out.begin(3);
                out.varint(1, matcher.type().ordinal());
                out.text(2, matcher.name());
                out.text(3, matcher.value());
                out.end(inner);
            }
            int inner = out.begin(4);
            out.varint(1, query.hints().stepMs());
            out.text(2, query.hints().function());
            out.varint(3, query.range().firstMs());
            out.varint(4, query.range().lastMs());
            out.varint(7, query.hints().rangeMs());
            out.end(inner);
            out.end(mark);
        }
        if (!request.accepted().isEmpty()) {
            int mark = out.begin(2);
            for (int type : request.accepted()) {
                bytes.uvarint(type);
            }
            out.end(mark);
        }
        return bytes.toBytes();
    }

    // ------------------------------------------------------------------ samples

    /// A `ReadResponse` under construction: results in the order of the queries, series in label order.
    public static final class SampledResponse {
        private final ByteWriter bytes = new ByteWriter(1 << 16);
        private final ProtoOutput out = new ProtoOutput(bytes);
        private int mark = -1;

        public void beginResult() {
            mark = out.begin(1);
        }

        public void endResult() {
            out.end(mark);
        }

        public void add(Labels labels, SampleBuffer samples) {
            int series = out.begin(1);
            writeLabels(out, labels);
            for (int i = 0; i < samples.floats(); i++) {
                int sample = out.begin(2);
                out.real(1, samples.values()[i]);
                out.varint(2, samples.times()[i]);
                out.end(sample);
            }
            for (int i = 0; i < samples.histogramCount(); i++) {
                WireHistograms.write(out, 4, samples.histogramTimes()[i], 0, IntegerCounts.of(samples, i));
            }
            out.end(series);
        }

        public byte[] toBytes() {
            return bytes.toBytes();
        }
    }

    private static void writeLabels(ProtoOutput out, Labels labels) {
        for (Label label : labels) {
            int mark = out.begin(1);
            out.text(1, label.name());
            out.text(2, label.value());
            out.end(mark);
        }
    }

    // ------------------------------------------------------------------ streamed chunks

    /// Where frames go.
    public interface FrameSink {
        void frame(byte[] bytes, int length);
    }

    /// Writes one series as frames of about `mostBytes`: uvarint length, CRC-32C, `ChunkedReadResponse`.
    public static void streamSeries(
            int queryIndex, Labels labels, SampleBuffer samples, int mostBytes, FrameSink sink) {
        var chunks = new ArrayList<EncodedChunk>();
        for (int from = 0; from < samples.floats(); from += CHUNK_SAMPLES) {
            int n = Math.min(CHUNK_SAMPLES, samples.floats() - from);
            XorChunk chunk = XorChunk.encode(samples.times(), samples.values(), from, n);
            chunks.add(new EncodedChunk(chunk.firstMs(), chunk.lastMs(), 1, chunk.bytes()));
        }
        int from = 0;
        while (from < samples.histogramCount()) {
            var writer = new HistogramChunkWriter(samples.histogramTimes()[from], IntegerCounts.of(samples, from));
            from++;
            while (from < samples.histogramCount()
                    && writer.append(samples.histogramTimes()[from], IntegerCounts.of(samples, from))) {
                from++;
            }
            HistogramChunk chunk = writer.chunk();
            chunks.add(new EncodedChunk(
                    chunk.firstMs(), chunk.lastMs(), chunk.encoding().number(), chunk.toBytes()));
        }
        int at = 0;
        while (at < chunks.size()) {
            var message = new ByteWriter(1 << 14);
            var out = new ProtoOutput(message);
            int series = out.begin(1);
            writeLabels(out, labels);
            do {
                EncodedChunk chunk = chunks.get(at++);
                int mark = out.begin(2);
                out.varint(1, chunk.firstMs());
                out.varint(2, chunk.lastMs());
                out.varint(3, chunk.type());
                out.bytes(4, chunk.bytes());
                out.end(mark);
            } while (at < chunks.size() && message.size() < mostBytes);
            out.end(series);
            if (queryIndex != 0) {
                out.varint(2, queryIndex);
            }
            var crc = new CRC32C();
            crc.update(message.array(), 0, message.size());
            var frame = new ByteWriter(message.size() + 16);
            frame.uvarint(message.size());
            frame.u32((int) crc.getValue());
            frame.raw(message.array(), 0, message.size());
            sink.frame(frame.array(), frame.size());
        }
    }

    private record EncodedChunk(long firstMs, long lastMs, int type, byte[] bytes) {}
}
