package io.pharos.standalone.ports;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.runtime.flags.Program;
import io.pharos.testkit.FaultyProxy;
import io.pharos.testkit.RemoteFaultsContract;
import io.pharos.testkit.SampleSinkContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// The scraper's `SampleSink` to a storage node.
class RemoteSampleSinkTest {
    @TempDir
    Path folder;

    private Programs programs;
    private Programs.Node storage;
    private FaultyProxy way;
    private SampleSink sink;

    @BeforeEach
    void start() {
        programs = new Programs(folder);
        storage = programs.storage("store");
        way = programs.way(storage);
        sink = programs.adapters(Program.SCRAPER, "storage", way.url()).port(SampleSink.class);
    }

    @AfterEach
    void stop() {
        programs.close();
    }

    @Nested
    class Contract extends SampleSinkContract {
        @Override
        protected SampleSink sink() {
            return sink;
        }

        @Override
        protected SeriesSource stored() {
            return storage.port(SeriesSource.class);
        }
    }

    @Nested
    class Faults extends RemoteFaultsContract {
        private static final long T = 1_700_000_000_000L;
        private static final int SERIES = 50;

        private final SampleBatch batch = new SampleBatch();
        private final long[] references = new long[SERIES];
        private long at = T;

        @Override
        protected FaultyProxy way() {
            return way;
        }

        @Override
        protected void call(String name) {
            at++;
            batch.reset(row -> Labels.of("__name__", row == 0 ? name : "ballast", "row", "" + row));
            for (int row = 0; row < SERIES; row++) {
                batch.addFloat(row == 0 ? 0 : references[row], row == 0 ? T : at, row);
            }
            sink.append(batch, SampleSink.OnReject.ROLL_BACK_ALL);
            System.arraycopy(batch.references(), 0, references, 0, SERIES);
        }

        @Override
        protected int effects(String name) {
            var samples = new SampleBuffer();
            try (SeriesSet set = storage.port(SeriesSource.class)
                    .select(new SeriesSource.Selection(
                            TimeRange.ALL, List.of(Matcher.equal("__name__", name)), SelectHints.NONE))) {
                for (int i = 0; i < set.size(); i++) {
                    set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, samples);
                }
            }
            return samples.floats();
        }

        @Override
        protected void restartPeer() {
            storage.stop();
            storage = programs.storage("store");
            way.leadTo(storage.port());
        }
    }
}
