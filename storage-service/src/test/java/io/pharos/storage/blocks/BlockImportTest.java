package io.pharos.storage.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.StoreOptions;
import io.pharos.storage.TimeSeriesStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The block was cut by Prometheus 3.5 from scrapes of itself, with native histograms; `dump.txt` is what its promtool
/// says is in it, which leaves out the first two samples of each of the two series of histograms.
class BlockImportTest {
    private static final int NOT_DUMPED = 4;
    private static final Path GOLDEN = Path.of("src/test/resources/blocks/prometheus-3.5");

    @TempDir
    Path root;

    private static Path block() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            return files.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    private static TreeMap<String, String> dumped() throws IOException {
        var all = new TreeMap<String, String>();
        for (String line : Files.readAllLines(GOLDEN.resolve("dump.txt"))) {
            int labelsTo = line.indexOf("} ") + 1;
            int timeFrom = line.lastIndexOf(' ');
            String value = line.substring(labelsTo + 1, timeFrom);
            if (value.startsWith("{")) {
                value = value.replaceAll("^\\{count:(\\d+), sum:([^,]+),.*", "$1 $2");
                value = value.split(" ")[0] + " " + Double.parseDouble(value.split(" ")[1]);
            } else {
                value = String.valueOf(Double.parseDouble(value));
            }
            all.put(line.substring(0, labelsTo) + line.substring(timeFrom), value);
        }
        return all;
    }

    private static TreeMap<String, String> stored(TimeSeriesStore store) {
        var all = new TreeMap<String, String>();
        try (SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
            for (int i = 0; i < set.size(); i++) {
                Labels labels = set.labels(i);
                var of = new SampleBuffer();
                set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, of);
                for (int k = 0; k < of.floats(); k++) {
                    all.put(labels + " " + of.times()[k], String.valueOf(of.values()[k]));
                }
                for (int k = 0; k < of.histogramCount(); k++) {
                    all.put(
                            labels + " " + of.histogramTimes()[k],
                            (long) of.histograms()[k].count() + " " + of.histograms()[k].sum());
                }
            }
        }
        return all;
    }

    /// All rows that an import hands over.
    private static List<List<Object>> rows(Path folder) {
        var rows = new ArrayList<List<Object>>();
        var outcome = new BlockImport(batch -> {
                    for (int row = 0; row < batch.size(); row++) {
                        NativeHistogram histogram = batch.histogram(row);
                        rows.add(List.of(
                                batch.labels(row),
                                batch.times()[row],
                                histogram == null ? batch.values()[row] : histogram));
                    }
                    return appended(batch);
                })
                .load(folder);
        assertThat(outcome.rejected()).isZero();
        return rows;
    }

    private static Appended appended(SampleBatch batch) {
        return new Appended(batch.size(), false, List.of(), 0, List.of());
    }

    private Path copy(String name) throws IOException {
        Path to = root.resolve(name);
        try (var files = Files.walk(block())) {
            for (Path file : files.toList()) {
                Path target = to.resolve(block().relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return to;
    }

    @Test
    void everySampleOfABlockIsTakenOverAndSurvives() throws IOException {
        for (boolean flush : new boolean[] {false, true}) {
            Path folder = root.resolve("store-" + flush);
            try (var store = TimeSeriesStore.open(StoreOptions.in(folder), InstantSource.system())) {
                BlockImport.Outcome outcome = new BlockImport(store::backfill).load(GOLDEN);
                assertThat(outcome.blocks()).isEqualTo(1);
                assertThat(outcome.stored()).isEqualTo(dumped().size() + NOT_DUMPED);
                assertThat(outcome.firstRejection()).isEmpty();
                if (flush) {
                    store.flush();
                }
                assertThat(stored(store)).containsAllEntriesOf(dumped()).hasSize(dumped().size() + NOT_DUMPED);
            }
            try (var store = TimeSeriesStore.open(StoreOptions.in(folder), InstantSource.system())) {
                assertThat(stored(store)).containsAllEntriesOf(dumped()).hasSize(dumped().size() + NOT_DUMPED);
            }
        }
    }

    @Test
    void whatWasDeletedStaysAway() throws IOException {
        Path folder = copy("deleted");
        long from = dumped().keySet().stream()
                .mapToLong(k -> Long.parseLong(k.substring(k.lastIndexOf(' ') + 1)))
                .min()
                .orElseThrow();
        var out = new io.pharos.model.chunk.ByteWriter(1024);
        for (int series = 0; series < 200; series++) {
            out.uvarint(series);
            out.varint(from);
            out.varint(from + 4000);
        }
        var crc = new CRC32C();
        crc.update(out.array(), 0, out.size());
        ByteBuffer file = ByteBuffer.allocate(out.size() + 9);
        file.putInt(0x0130BA30).put((byte) 1).put(out.array(), 0, out.size()).putInt((int) crc.getValue());
        Files.write(folder.resolve("tombstones"), file.array());
        long kept = rows(block()).stream()
                .filter(row -> (Long) row.get(1) > from + 4000)
                .count();
        assertThat(kept).isLessThan(dumped().size());
        assertThat(rows(folder)).hasSize((int) kept).isNotEmpty();
    }

    @Test
    void aFlippedBitIsToldAndNeverBecomesAWrongSample() throws IOException {
        List<List<Object>> sound = rows(block());
        Path folder = copy("flipped");
        int told = 0;
        int flips = 0;
        for (String name : List.of("index", "chunks/000001", "tombstones")) {
            Path file = folder.resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at < bytes.length; at++) {
                byte[] broken = bytes.clone();
                broken[at] ^= (byte) (1 << at % 8);
                Files.write(file, broken);
                flips++;
                try {
                    assertThat(rows(folder).equals(sound))
                            .as("%s byte %d", name, at)
                            .isTrue();
                } catch (BlockException e) {
                    assertThat(e).hasMessageContaining("; ");
                    told++;
                }
            }
            Files.write(file, bytes);
        }
        assertThat(told).isGreaterThan(flips / 2);
    }

    @Test
    void whatIsNoBlockIsRefused() throws IOException {
        var load = new BlockImport(BlockImportTest::appended);
        assertThatThrownBy(() -> load.load(root)).hasMessageContaining("no block of Prometheus in " + root);
        assertThatThrownBy(() -> load.load(root.resolve("absent"))).hasMessageContaining("is no folder");
        Path folder = copy("cut");
        byte[] index = Files.readAllBytes(folder.resolve("index"));
        index[4] = 1;
        Files.write(folder.resolve("index"), index);
        assertThatThrownBy(() -> load.load(folder)).hasMessageContaining("format version 1; 2 can be read");
    }
}
