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
import io.pharos.testkit.FaultyProxy;
import io.pharos.testkit.RemoteFaultsContract;
import io.pharos.testkit.SeriesSourceContract;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// The query service's `SeriesSource` over a storage node.
class RemoteSeriesSourceTest {
    @TempDir
    Path folder;

    private Programs programs;
    private Programs.Node storage;
    private FaultyProxy way;
    private SeriesSource source;

    @BeforeEach
    void start() {
        programs = new Programs(folder);
        storage = programs.storage("store");
        way = programs.way(storage);
        source = programs.query(way.url()).port(SeriesSource.class);
    }

    @AfterEach
    void stop() {
        programs.close();
    }

    @Nested
    class Contract extends SeriesSourceContract {
        @Override
        protected SeriesSource source() {
            return source;
        }

        @Override
        protected void append(SampleBatch batch) {
            storage.port(SampleSink.class).append(batch, ON_REJECT);
        }
    }

    @Nested
    class Faults extends RemoteFaultsContract {
        private static final long T = 1_700_000_000_000L;
        private static final int SERIES = 20;

        private final Map<String, Integer> wholeAnswers = new HashMap<>();

        @BeforeEach
        void fill() {
            var batch = new SampleBatch();
            batch.reset(row -> Labels.of("__name__", "m", "row", "" + row));
            for (int row = 0; row < SERIES; row++) {
                batch.addFloat(0, T, row);
            }
            storage.port(SampleSink.class).append(batch, SampleSink.OnReject.KEEP_REST);
        }

        @Override
        protected FaultyProxy way() {
            return way;
        }

        @Override
        protected void call(String name) {
            var samples = new SampleBuffer();
            var all = List.of(Matcher.equal("__name__", "m"), Matcher.notEqual("none", name));
            try (SeriesSet set = source.select(new SeriesSource.Selection(TimeRange.ALL, all, SelectHints.NONE))) {
                for (int i = 0; i < set.size(); i++) {
                    set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, samples);
                }
            }
            wholeAnswers.merge(name, samples.floats() == SERIES ? 1 : 1_000, Integer::sum);
        }

        @Override
        protected int effects(String name) {
            return wholeAnswers.getOrDefault(name, 0);
        }

        @Override
        protected void restartPeer() {
            storage.stop();
            storage = programs.storage("store");
            way.leadTo(storage.port());
        }
    }
}
