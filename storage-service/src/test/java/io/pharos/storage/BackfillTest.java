package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.head.HeadLimits;
import io.pharos.storage.ingest.TextImport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Samples of any age.
class BackfillTest {
    private static final long T = 1_700_000_000_000L;
    private static final long DAY = 86_400_000;

    @TempDir
    Path folder;

    private TimeSeriesStore open() {
        return TimeSeriesStore.open(
                new StoreOptions(
                        folder,
                        HeadLimits.DEFAULT,
                        new StoreOptions.Retention(30 * DAY, 0),
                        StoreOptions.Reserve.NONE,
                        StoreOptions.Thresholds.DEFAULT,
                        StoreOptions.Files.DEFAULT),
                InstantSource.system());
    }

    private static TextImport.Outcome load(TimeSeriesStore store, String text, Format format) {
        return new TextImport(store::backfill).load(text.getBytes(StandardCharsets.UTF_8), format);
    }

    private static List<String> read(TimeSeriesStore store, String metric) {
        var found = new ArrayList<String>();
        var selection = new Selection(TimeRange.ALL, List.of(Matcher.equal("__name__", metric)), SelectHints.NONE);
        try (SeriesSet set = store.select(selection)) {
            var buffer = new SampleBuffer();
            for (int i = 0; i < set.size(); i++) {
                buffer.clear();
                set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
                for (int k = 0; k < buffer.floats(); k++) {
                    found.add(set.labels(i).get("i") + " " + (buffer.times()[k] - T) / DAY + " " + buffer.values()[k]);
                }
            }
        }
        return found;
    }

    @Test
    void oldSamplesOfOldAndNewSeriesAreStoredInAnyOrderAndSurvive() {
        List<String> expected;
        try (var store = open()) {
            var batch = new SampleBatch();
            batch.reset(_ -> Labels.of("__name__", "m", "i", "0"));
            batch.addFloat(0, T, 7);
            store.append(batch, OnReject.KEEP_REST);
            String text = "m{i=\"0\"} 1 " + (T - 20 * DAY) + "\nm{i=\"0\"} 3 " + (T - DAY) + "\nm{i=\"0\"} 2 "
                    + (T - 10 * DAY) + "\nm{i=\"1\"} 5 " + (T - 5 * DAY) + "\nm{i=\"1\"} 4 " + (T - 29 * DAY) + "\n";
            assertThat(load(store, text, Format.TEXT)).isEqualTo(new TextImport.Outcome(5, 0, ""));
            expected = List.of("0 -20 1.0", "0 -10 2.0", "0 -1 3.0", "0 0 7.0", "1 -29 4.0", "1 -5 5.0");
            assertThat(read(store, "m")).isEqualTo(expected);
        }
        try (var store = open()) {
            assertThat(read(store, "m")).isEqualTo(expected);
            store.flush();
            assertThat(read(store, "m")).isEqualTo(expected);
            assertThat(store.partitions().describe()).hasSize(6);
        }
    }

    @Test
    void whatIsOlderThanWhatIsKeptIsRejected() {
        try (var store = open()) {
            String text = "# TYPE m gauge\nm 1 " + T / 1000 + "\nm 2 " + (T - 31 * DAY) / 1000 + "\n# EOF\n";
            TextImport.Outcome outcome = load(store, text, Format.OPENMETRICS);
            assertThat(outcome.stored()).isEqualTo(1);
            assertThat(outcome.rejected()).isEqualTo(1);
            assertThat(outcome.firstRejection()).contains("too old sample");
        }
    }

    @Test
    void aSampleWithoutATimeIsRefused() {
        try (var store = open()) {
            assertThatThrownBy(() -> load(store, "m{i=\"1\"} 5\n", Format.TEXT))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("no timestamp");
        }
    }
}
