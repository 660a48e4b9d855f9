package io.pharos.scraper.scrape;

import io.pharos.model.exposition.ExpositionParser;
import io.pharos.model.exposition.ExpositionParser.Entry;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.MetricType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// What the families of one target say of themselves. A line that was there in the scrape before is recognised by its
/// bytes and not read again. Written by the loop alone; [#families()] may be read by any thread.
final class MetadataCache {
    /// How many scrapes a family is remembered after it was last seen.
    private static final int KEPT_SCRAPES = 10;

    private static final class Family {
        MetricType type = MetricType.UNKNOWN;
        String unit = "";
        String help = "";
        int seen;
        // The lines that say type, help and unit now.
        final int[] lines = {-1, -1, -1};
    }

    private final Sharing sharing;
    private final KeyTable lines = new KeyTable();
    private int[] seen = new int[16];
    private Family[] familyOf = new Family[16];
    private final Map<String, Family> families = new HashMap<>();
    private final Map<String, Family> changed = new HashMap<>();
    private int scrape;
    private int seenFamilies;
    private boolean dirty;
    private volatile Map<String, MetricMetadata> shown = Map.of();

    MetadataCache(Sharing sharing) {
        this.sharing = sharing;
    }

    /// The families by name, sorted.
    Map<String, MetricMetadata> families() {
        return shown;
    }

    void begin() {
        scrape++;
        seenFamilies = 0;
        lines.restart();
        changed.clear();
    }

    /// Skips a line of metadata that is the one expected, without reading it.
    boolean skips(ExpositionParser parser) {
        int slot = lines.guess();
        if (slot < 0) {
            return false;
        }
        Family family = familyOf[slot];
        boolean isType = family.lines[0] == slot;
        if (!isType && family.lines[1] != slot
                || !parser.skips(
                        lines.arena(),
                        lines.from(slot),
                        lines.to(slot),
                        isType ? family.type : MetricType.UNKNOWN,
                        isType)) {
            return false;
        }
        lines.visit(slot);
        see(slot, family);
        return true;
    }

    /// Takes the metadata that the parser has come to.
    void take(Entry entry, ExpositionParser parser) {
        byte[] key = parser.keyBytes();
        int from = parser.keyStart();
        int to = parser.keyEnd();
        int slot = lines.guess();
        if (slot < 0 || !Arrays.equals(lines.arena(), lines.from(slot), lines.to(slot), key, from, to)) {
            slot = lines.find(key, from, to);
        }
        boolean known = slot >= 0;
        if (!known) {
            slot = lines.add(key, from, to);
            if (slot >= seen.length) {
                seen = Arrays.copyOf(seen, slot * 2);
                familyOf = Arrays.copyOf(familyOf, slot * 2);
            }
            familyOf[slot] = families.computeIfAbsent(sharing.of(parser.family()), _ -> new Family());
        }
        lines.visit(slot);
        Family family = familyOf[slot];
        int kind = entry == Entry.TYPE ? 0 : entry == Entry.HELP ? 1 : 2;
        if (!known || family.lines[kind] != slot) {
            apply(entry, parser, family);
            family.lines[kind] = slot;
        }
        see(slot, family);
    }

    private void see(int slot, Family family) {
        seen[slot] = scrape;
        if (family.seen != scrape) {
            family.seen = scrape;
            seenFamilies++;
        }
    }

    private void apply(Entry entry, ExpositionParser parser, Family family) {
        switch (entry) {
            case TYPE -> family.type = parser.type();
            case HELP -> family.help = sharing.of(parser.text());
            case UNIT -> family.unit = parser.text();
            default -> throw new IllegalStateException("bug: no metadata: " + entry);
        }
        families.putIfAbsent(parser.family(), family);
        changed.put(parser.family(), family);
        dirty = true;
    }

    /// Adds the families that changed in this scrape.
    void addChanges(SampleBatch batch) {
        changed.forEach((name, family) -> batch.addMetadata(name, metadata(family)));
    }

    private static MetricMetadata metadata(Family family) {
        return new MetricMetadata(family.type, family.unit, family.help);
    }

    /// Ends a scrape.
    void end(boolean succeeded) {
        if (succeeded) {
            for (int slot = 0; slot < lines.end(); slot++) {
                if (lines.has(slot) && seen[slot] != scrape) {
                    lines.remove(slot);
                }
            }
            lines.rest(sharing);
            dirty |= seenFamilies < families.size()
                    && families.values().removeIf(family -> scrape - family.seen > KEPT_SCRAPES);
        }
        if (dirty) {
            var map = new TreeMap<String, MetricMetadata>();
            families.forEach((name, family) -> map.put(name, metadata(family)));
            shown = sharing.of(map);
            dirty = false;
        }
    }
}
