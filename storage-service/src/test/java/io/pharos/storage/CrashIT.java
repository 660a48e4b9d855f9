package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process that writes, seals and checkpoints, in full flight, again and again, and counts what it
/// acknowledged.
class CrashIT {
    private static final long T = 1_700_000_000_000L;
    private static final int SERIES = 200;

    @TempDir
    Path folder;

    private static StoreOptions options(Path folder) {
        var base = StoreOptions.in(folder);
        return base.withRetention(0, 0).withThresholds(1 << 18, 1 << 18);
    }

    /// The process that is killed: says how many batches are acknowledged after each one.
    static final class Writer {
        public static void main(String[] arguments) {
            Path folder = Path.of(arguments[0]);
            int step = Integer.parseInt(arguments[1]);
            TimeSeriesStore store = TimeSeriesStore.open(options(folder), InstantSource.system());
            var batch = new SampleBatch();
            var random = new Random(step);
            while (true) {
                batch.reset(row -> Labels.of("__name__", "m", "i", "" + row));
                for (int i = 0; i < SERIES; i++) {
                    batch.addFloat(0, T + step * 1000L, step * 31 + i);
                }
                if (store.append(batch, OnReject.KEEP_REST).stored() != SERIES) {
                    System.out.println("rejected");
                    return;
                }
                step++;
                System.out.println(step);
                System.out.flush();
                if (random.nextInt(400) == 0) {
                    store.flush();
                }
            }
        }
    }

    private int runAndKill(int from, int batches) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlogback.configurationFile=none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.toString(),
                        "" + from)
                .redirectError(new File("/dev/null"))
                .start();
        int acknowledged = from;
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.matches("[0-9]+")) {
                    acknowledged = Integer.parseInt(line);
                    if (acknowledged >= from + batches && process.isAlive()) {
                        process.toHandle().destroyForcibly();
                    }
                }
                assertThat(line).isNotEqualTo("rejected");
            }
        }
        process.waitFor();
        return acknowledged;
    }

    @Test
    void whatWasAcknowledgedSurvivesKillNine() throws IOException, InterruptedException {
        int acknowledged = 0;
        var random = new Random(9);
        for (int round = 0; round < 4; round++) {
            acknowledged = runAndKill(acknowledged, 100 + random.nextInt(1500));
            try (TimeSeriesStore store = TimeSeriesStore.open(options(folder), InstantSource.system());
                    SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
                assertThat(set.size()).isEqualTo(SERIES);
                var buffer = new SampleBuffer();
                int found = -1;
                for (int i = 0; i < SERIES; i++) {
                    int number = Integer.parseInt(set.labels(i).get("i"));
                    buffer.clear();
                    set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                    // the batch on its way when the process died may be there, whole, or not
                    assertThat(buffer.floats()).isBetween(acknowledged, acknowledged + 1);
                    assertThat(found < 0 || found == buffer.floats()).isTrue();
                    found = buffer.floats();
                    for (int k = 0; k < found; k++) {
                        assertThat(buffer.times()[k]).isEqualTo(T + k * 1000L);
                        assertThat(buffer.values()[k]).isEqualTo(k * 31 + number);
                    }
                }
                acknowledged = found;
            }
        }
    }
}
