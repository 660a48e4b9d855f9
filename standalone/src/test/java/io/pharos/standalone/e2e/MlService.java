package io.pharos.standalone.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// An instrumented ML service whose drift score the test sets: the users' own example run by Python where that
/// is at hand, else a target of ours with the same metrics.
sealed interface MlService extends AutoCloseable {
    int port();

    void drift(double score) throws IOException;

    @Override
    void close();

    /// The example, if it, Python and its packages are there.
    static MlService start(Path folder) throws IOException, InterruptedException {
        Path example = PharosServer.home()
                .resolve("../shared/examples/ml_metrics_server.py")
                .normalize();
        Path python = Path.of("/usr/bin/python3");
        if (Files.isReadable(example) && Files.isExecutable(python)) {
            var probe = ChildProcess.start(
                    folder.resolve("python.log"),
                    List.of(python.toString(), "-c", "import prometheus_client, sklearn"));
            if (probe.waitForExit() == 0) {
                return Example.start(folder, python, example);
            }
        }
        return new Ours();
    }

    /// The Python example. Its port and the source of its drift are replaced from outside; its code runs as it is.
    record Example(ChildProcess process, int port, Path control) implements MlService {
        private static final String RUNNER = """
                import random, runpy, sys, time, prometheus_client
                example, port, control = sys.argv[1], int(sys.argv[2]), sys.argv[3]
                serve, uniform, sleep = prometheus_client.start_http_server, random.uniform, time.sleep
                prometheus_client.start_http_server = lambda _: serve(port, addr="127.0.0.1")
                random.uniform = lambda a, b: float(open(control).read()) if (a, b) == (0.01, 0.35) else uniform(a, b)
                time.sleep = lambda s: sleep(0.5 if s == 30 else s)
                runpy.run_path(example, run_name="__main__")
                """;

        static Example start(Path folder, Path python, Path example) throws IOException {
            Path control = folder.resolve("drift");
            Files.writeString(control, "0.05");
            int port = PharosServer.freePort();
            var process = ChildProcess.start(
                    folder.resolve("ml.log"),
                    List.of(
                            python.toString(),
                            "-c",
                            RUNNER,
                            example.toString(),
                            String.valueOf(port),
                            control.toString()));
            return new Example(process, port, control);
        }

        @Override
        public void drift(double score) throws IOException {
            Path next = control.resolveSibling("drift.next");
            Files.writeString(next, String.valueOf(score));
            Files.move(next, control, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /// The same metrics from this process: each scrape is some predictions later.
    final class Ours implements MlService {
        private static final double[] LATENCY = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5};
        private static final double[] CONFIDENCE = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0};
        private final HttpServer server;
        private final Random random = new Random(42);
        private final List<Double> latencies = new ArrayList<>();
        private final List<Double> confidences = new ArrayList<>();
        private double drift = 0.05;

        Ours() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/metrics", exchange -> {
                byte[] body = page().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        private synchronized String page() {
            for (int i = 0; i < 5; i++) {
                latencies.add(0.003 + random.nextDouble() * 0.01);
                confidences.add(0.7 + random.nextDouble() * 0.3);
            }
            String model = "model_name=\"iris-classifier\",model_version=\"1.0.0\"";
            var out = new StringBuilder("# TYPE ml_predictions_total counter\nml_predictions_total{" + model
                    + ",status=\"success\"} " + latencies.size() + "\n");
            histogram(out, "ml_prediction_latency_seconds", model, LATENCY, latencies);
            histogram(out, "ml_prediction_confidence", model, CONFIDENCE, confidences);
            out.append(
                    "# TYPE ml_active_model_version gauge\nml_active_model_version{model_name=\"iris-classifier\"} 1\n");
            out.append(
                            "# TYPE ml_data_drift_score gauge\nml_data_drift_score{model_name=\"iris-classifier\",feature_set=\"sepal\"} ")
                    .append(drift)
                    .append('\n');
            return out.toString();
        }

        private static void histogram(
                StringBuilder out, String name, String labels, double[] bounds, List<Double> seen) {
            out.append("# TYPE ").append(name).append(" histogram\n");
            for (double bound : bounds) {
                long below = seen.stream().filter(v -> v <= bound).count();
                out.append(String.format(Locale.ROOT, "%s_bucket{%s,le=\"%s\"} %d%n", name, labels, bound, below));
            }
            out.append(String.format(Locale.ROOT, "%s_bucket{%s,le=\"+Inf\"} %d%n", name, labels, seen.size()));
            out.append(String.format(Locale.ROOT, "%s_count{%s} %d%n", name, labels, seen.size()));
            double sum = seen.stream().mapToDouble(v -> v).sum();
            out.append(String.format(Locale.ROOT, "%s_sum{%s} %s%n", name, labels, sum));
        }

        @Override
        public int port() {
            return server.getAddress().getPort();
        }

        @Override
        public synchronized void drift(double score) {
            drift = score;
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
