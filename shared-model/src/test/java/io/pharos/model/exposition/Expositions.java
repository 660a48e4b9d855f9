package io.pharos.model.exposition;

import static org.assertj.core.api.Assertions.fail;

import io.pharos.model.exposition.ExpositionParser.Entry;
import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.exposition.ExpositionParser.Options;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.sample.Exemplar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Reads whole bodies into lines that tests compare.
final class Expositions {
    private Expositions() {}

    static List<String> read(Format format, Options options, byte[] body) {
        var parser = ExpositionParser.of(format, options);
        parser.reset(Arrays.copyOf(body, body.length + 1), body.length);
        var lines = new ArrayList<String>();
        var labels = new ExposedLabels();
        Entry entry;
        while ((entry = parser.next()) != Entry.END) {
            switch (entry) {
                case HELP, UNIT -> lines.add(entry + " " + parser.family() + " " + parser.text());
                case TYPE ->
                    lines.add("TYPE " + parser.family() + " " + parser.type().text());
                case COMMENT -> lines.add("COMMENT");
                default -> {
                    parser.labels(labels);
                    var line = new StringBuilder(labels.toLabels().toString()).append(' ');
                    if (entry == Entry.SERIES) {
                        line.append(parser.value());
                    } else {
                        line.append(describe(Objects.requireNonNull(parser.histogram())));
                    }
                    if (parser.hasTime()) {
                        line.append(" @").append(parser.timeMs());
                    }
                    if (parser.startMs() != 0) {
                        line.append(" since ").append(parser.startMs());
                    }
                    var exemplars = new ArrayList<Exemplar>();
                    parser.exemplars(-1, exemplars);
                    for (Exemplar exemplar : exemplars) {
                        line.append(" # ")
                                .append(exemplar.labels())
                                .append(' ')
                                .append(exemplar.value())
                                .append(" @")
                                .append(exemplar.atMs());
                    }
                    lines.add(line.toString());
                }
            }
        }
        return lines;
    }

    private static String describe(NativeHistogram histogram) {
        return switch (histogram) {
            case Histogram h ->
                "int " + h.hint() + " schema " + h.schema() + " zero " + h.zeroThreshold() + ":" + h.zeroCount()
                        + " count "
                        + h.count() + " sum " + h.sum() + " " + Arrays.toString(h.positiveSpans())
                        + Arrays.toString(h.positiveDeltas()) + Arrays.toString(h.negativeSpans())
                        + Arrays.toString(h.negativeDeltas()) + Arrays.toString(h.customValues());
            case FloatHistogram h ->
                "float " + h.hint() + " schema " + h.schema() + " zero " + h.zeroThreshold() + ":" + h.zeroCount()
                        + " count " + h.count() + " sum " + h.sum() + " " + Arrays.toString(h.positiveSpans())
                        + Arrays.toString(h.positive()) + Arrays.toString(h.negativeSpans())
                        + Arrays.toString(h.negative()) + Arrays.toString(h.customValues());
        };
    }

    static String failure(Format format, Options options, byte[] body) {
        try {
            List<String> lines = read(format, options, body);
            return fail("read without complaint: " + lines);
        } catch (ExpositionException e) {
            return e.text();
        }
    }
}
