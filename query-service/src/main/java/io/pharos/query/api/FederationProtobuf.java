package io.pharos.query.api;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.query.api.Federation.Family;
import io.pharos.query.api.Federation.Member;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/// Families as delimited protobuf messages `io.prometheus.client.MetricFamily`. Field numbers are those of
/// `io/prometheus/client/metrics.proto`.
final class FederationProtobuf {
    private FederationProtobuf() {}

    /// One message under construction.
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void varint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                bytes.write((int) (rest & 0x7F | 0x80));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }

        void number(int field, long value) {
            varint((long) field << 3);
            varint(value);
        }

        void signed(int field, int value) {
            number(field, (value << 1 ^ value >> 31) & 0xFFFF_FFFFL);
        }

        void decimal(int field, double value) {
            varint((long) field << 3 | 1);
            long bits = Double.doubleToRawLongBits(value);
            for (int i = 0; i < 8; i++) {
                bytes.write((int) (bits >>> 8 * i));
            }
        }

        void text(int field, String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            varint((long) field << 3 | 2);
            varint(utf8.length);
            bytes.writeBytes(utf8);
        }

        void message(int field, Consumer<Message> body) {
            var inner = new Message();
            body.accept(inner);
            varint((long) field << 3 | 2);
            varint(inner.bytes.size());
            bytes.writeBytes(inner.bytes.toByteArray());
        }
    }

    static void write(List<Family> families, EscapedNames names, OutputStream out) throws IOException {
        for (Family family : families) {
            var message = new Message();
            message.text(1, names.encode(family.name()));
            message.number(
                    3,
                    switch (family.kind()) {
                        case UNTYPED -> 3;
                        case HISTOGRAM -> 4;
                        case GAUGE_HISTOGRAM -> 5;
                    });
            for (Member member : family.members()) {
                message.message(4, metric -> metric(member, names, metric));
            }
            var length = new Message();
            length.varint(message.bytes.size());
            length.bytes.writeTo(out);
            message.bytes.writeTo(out);
        }
    }

    private static void metric(Member member, EscapedNames names, Message metric) {
        member.labels()
                .forEach((name, value) -> metric.message(1, label -> {
                    label.text(1, names.encode(name));
                    label.text(2, value);
                }));
        FloatHistogram histogram = member.sample().histogram();
        if (histogram == null) {
            metric.message(5, untyped -> untyped.decimal(1, member.sample().value()));
        }
        metric.number(6, member.sample().atMs());
        if (histogram != null) {
            boolean custom = histogram.schema() == NativeHistogram.CUSTOM_BUCKETS_SCHEMA;
            metric.message(7, h -> {
                h.decimal(2, histogram.sum());
                if (custom) {
                    classic(histogram, h);
                } else {
                    exponential(histogram, h);
                }
            });
        }
    }

    private static void classic(FloatHistogram histogram, Message out) {
        double[] cumulative = ClassicBuckets.cumulative(histogram);
        for (int i = 0; i < cumulative.length; i++) {
            int at = i;
            out.message(3, bucket -> {
                bucket.decimal(2, histogram.customValues()[at]);
                bucket.decimal(4, cumulative[at]);
            });
        }
        out.decimal(4, histogram.count());
    }

    private static void exponential(FloatHistogram histogram, Message out) {
        out.decimal(4, histogram.count());
        out.signed(5, histogram.schema());
        out.decimal(6, histogram.zeroThreshold());
        out.decimal(8, histogram.zeroCount());
        side(9, 11, histogram.negativeSpans(), histogram.negative(), out);
        side(12, 14, histogram.positiveSpans(), histogram.positive(), out);
    }

    private static void side(int spanField, int countField, BucketSpan[] spans, double[] counts, Message out) {
        for (BucketSpan span : spans) {
            out.message(spanField, s -> {
                s.signed(1, span.offset());
                s.number(2, span.length());
            });
        }
        for (double count : counts) {
            out.decimal(countField, count);
        }
    }
}
