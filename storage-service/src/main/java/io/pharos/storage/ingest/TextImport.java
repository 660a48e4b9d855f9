package io.pharos.storage.ingest;

import io.pharos.model.exposition.ExposedLabels;
import io.pharos.model.exposition.ExpositionException;
import io.pharos.model.exposition.ExpositionParser;
import io.pharos.model.exposition.ExpositionParser.Entry;
import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.exposition.ExpositionParser.Options;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.Rejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Takes text with timestamps, in the text format or OpenMetrics, of any age that the store keeps.
public final class TextImport {
    private static final int BATCH_ROWS = 5000;

    private final Function<SampleBatch, Appended> sink;

    /// What became of a text: samples stored and rejected, and `""` or why the first was.
    public record Outcome(long stored, long rejected, String firstRejection) {}

    public TextImport(Function<SampleBatch, Appended> sink) {
        this.sink = sink;
    }

    /// Stores a text batch by batch.
    ///
    /// @throws ApiException where it is not in the format, or a sample has no time; batches before it stay stored
    public Outcome load(byte[] text, Format format) {
        ExpositionParser parser = ExpositionParser.of(format, Options.PLAIN);
        parser.reset(Arrays.copyOf(text, text.length + 1), text.length);
        var exposed = new ExposedLabels();
        var rows = new ArrayList<Labels>();
        var batch = new SampleBatch();
        batch.reset(rows::get);
        var total = new Outcome(0, 0, "");
        try {
            for (Entry entry = parser.next(); entry != Entry.END; entry = parser.next()) {
                if (entry != Entry.SERIES) {
                    continue;
                }
                exposed.clear();
                parser.labels(exposed);
                Labels labels = exposed.toLabels();
                if (!parser.hasTime()) {
                    throw bad(labels + " has no timestamp, and every sample of an import needs one", total);
                }
                rows.add(labels);
                batch.addFloat(0, parser.timeMs(), parser.value());
                if (batch.size() == BATCH_ROWS) {
                    total = store(batch, rows, total);
                }
            }
        } catch (ExpositionException e) {
            throw bad(String.valueOf(e.getMessage()), total);
        }
        return store(batch, rows, total);
    }

    private static ApiException bad(String why, Outcome before) {
        return new ApiException(ApiError.BAD_DATA, why + "; " + before.stored() + " samples before it were stored");
    }

    private Outcome store(SampleBatch batch, List<Labels> rows, Outcome before) {
        if (batch.size() == 0) {
            return before;
        }
        Appended appended = sink.apply(batch);
        long rejected = before.rejected();
        String first = before.firstRejection();
        for (Rejected of : appended.rejected()) {
            rejected += of.count();
            if (first.isEmpty()) {
                first = of.firstSeries() + " at " + of.firstMs() + " ms: " + of.text();
            }
        }
        rows.clear();
        batch.reset(rows::get);
        return new Outcome(before.stored() + appended.stored(), rejected, first);
    }
}
