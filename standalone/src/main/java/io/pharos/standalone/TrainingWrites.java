package io.pharos.standalone;

import io.pharos.model.chunk.ByteWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.xerial.snappy.Snappy;

/// Remote writes as an agent of a cluster sends them, for the [Training] run: series of pods with ten labels,
/// one sample each a message; counters, gauges and constants; a few pods replaced at every step.
final class TrainingWrites {
    private static final int PER_POD = 25;
    private static final int STEP_MS = 15_000;

    private final Random random = new Random(1);
    private final long[] counters;
    private final int pods;
    private final long startMs;
    private int step;

    /// @param endMs the time of the last of `steps` samples
    TrainingWrites(int pods, int steps, long endMs) {
        this.pods = pods;
        this.counters = new long[pods * PER_POD];
        this.startMs = endMs - (long) (steps - 1) * STEP_MS;
    }

    /// The next step of half of the pods, the first ones or the others, as the body of a request.
    byte[] body(boolean first) throws IOException {
        var message = new ByteWriter(1 << 18);
        var series = new ByteWriter(1 << 10);
        for (int pod = first ? 0 : pods / 2; pod < (first ? pods / 2 : pods); pod++) {
            // one pod in ten is replaced every ten steps, each at a step of its own
            int age = pod % 10 == 0 ? (step + pod / 10) / 10 : 0;
            for (int i = 0; i < PER_POD; i++) {
                series.clear();
                labels(series, pod, age, i);
                sample(series, pod * PER_POD + i);
                message.u8(0x0a);
                message.uvarint(series.size());
                message.raw(series.array(), 0, series.size());
            }
        }
        if (!first) {
            step++;
        }
        return Snappy.compress(message.toBytes());
    }

    private static void labels(ByteWriter out, int pod, int age, int i) {
        label(out, "__name__", i < 10 ? "training_request_duration_seconds_bucket" : "training_metric_" + i + "_total");
        label(out, "container", "app");
        label(out, "instance", "10.0." + pod / 250 + "." + pod % 250 + ":8080");
        label(out, "job", "job-" + pod % 7);
        if (i < 10) {
            label(out, "le", i == 9 ? "+Inf" : "0." + i);
        }
        label(out, "namespace", "namespace-" + pod % 11);
        label(out, "node", "node-" + pod % 13);
        label(out, "pod", "app-" + pod % 7 + "-7d9c8f" + age + "-" + pod);
        label(out, "region", "eu-west-1");
        label(out, "zone", "eu-west-1" + (char) ('a' + pod % 3));
    }

    private static void label(ByteWriter out, String name, String value) {
        byte[] n = name.getBytes(StandardCharsets.UTF_8);
        byte[] v = value.getBytes(StandardCharsets.UTF_8);
        out.u8(0x0a);
        out.uvarint(n.length + v.length + 4);
        out.u8(0x0a);
        out.uvarint(n.length);
        out.raw(n);
        out.u8(0x12);
        out.uvarint(v.length);
        out.raw(v);
    }

    private void sample(ByteWriter out, int series) {
        counters[series] += random.nextInt(900);
        double value =
                switch (series % 6) {
                    case 0, 1, 2 -> counters[series];
                    case 3 -> Math.round(random.nextDouble() * 1000) / 1000.0;
                    case 4 -> 1;
                    default -> 1_000_000 + 4096.0 * random.nextInt(500);
                };
        var sample = new ByteWriter(24);
        sample.u8(0x09);
        sample.u64(Long.reverseBytes(Double.doubleToRawLongBits(value)));
        sample.u8(0x10);
        sample.uvarint(startMs + (long) step * STEP_MS);
        out.u8(0x12);
        out.uvarint(sample.size());
        out.raw(sample.array(), 0, sample.size());
    }
}
