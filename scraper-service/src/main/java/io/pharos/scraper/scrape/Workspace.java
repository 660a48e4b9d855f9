package io.pharos.scraper.scrape;

import io.pharos.model.exposition.ExposedLabels;
import io.pharos.model.exposition.ExpositionParser;
import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.exposition.ExpositionParser.Options;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.sample.Exemplar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one scrape works with while it is parsed and appended; handed from scrape to scrape, so that as many exist as
/// scrapes are worked on at once. Not thread-safe.
final class Workspace {
    private record ParserKey(Format format, Options options) {}

    final SampleBatch batch = new SampleBatch();
    final ExposedLabels exposed = new ExposedLabels();
    final List<Exemplar> exemplars = new ArrayList<>();
    private final Map<ParserKey, ExpositionParser> parsers = new HashMap<>();
    private @Nullable ExpositionParser lastParser;
    private Format lastFormat = Format.TEXT;
    private Options lastOptions = Options.PLAIN;
    private int[] slots = new int[1024];

    ExpositionParser parser(Format format, Options options) {
        ExpositionParser known = lastParser;
        if (known != null && format == lastFormat && options.equals(lastOptions)) {
            return known;
        }
        ExpositionParser parser = parsers.computeIfAbsent(
                new ParserKey(format, options), key -> ExpositionParser.of(key.format(), key.options()));
        lastParser = parser;
        lastFormat = format;
        lastOptions = options;
        return parser;
    }

    /// Notes whose sample a row is: a slot of the cache, or −1 − n for report series n.
    void own(int row, int slot) {
        if (row >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(row + 1, slots.length * 2));
        }
        slots[row] = slot;
    }

    int owner(int row) {
        return slots[row];
    }
}
