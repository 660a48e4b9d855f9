package io.pharos.alertmanager.store;

import io.pharos.alertmanager.group.Journal;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.Silence;
import io.pharos.alertmanager.mute.SilenceCodec;
import io.pharos.model.alert.Alert;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// Keeps alerts, silences, the notification log and the history of both on disk. Thread-safe; writes return when
/// they are in RocksDB's log.
public final class StateStore implements Journal, AutoCloseable {
    /// What was found at opening.
    ///
    /// @param orderly whether the last process stopped in good order, rather than being killed
    public record Found(
            List<Alert> alerts, List<Silence> silences, List<NotificationLog.Entry> entries, boolean orderly) {}

    /// Format 1 lacked the family `times`.
    private static final byte FORMAT = 2;
    private static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STOPPED_KEY = "stopped".getBytes(StandardCharsets.US_ASCII);
    private static final List<String> FAMILIES =
            List.of("default", "alerts", "silences", "nflog", "events", "deliveries", "meta", "times");

    static {
        RocksDB.loadLibrary();
    }

    private final RocksDB db;
    private final List<AutoCloseable> resources = new ArrayList<>();
    private final ColumnFamilyHandle alerts;
    private final ColumnFamilyHandle silences;
    private final ColumnFamilyHandle nflog;
    private final ColumnFamilyHandle events;
    private final ColumnFamilyHandle deliveries;
    private final ColumnFamilyHandle meta;
    private final ColumnFamilyHandle times;
    private final WriteOptions writing = new WriteOptions();
    private final AtomicLong sequence = new AtomicLong();
    private final Found found;
    private boolean closed;

    private interface Change {
        void in(WriteBatch batch) throws RocksDBException;
    }

    private StateStore(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot create " + folder + " for alerts and silences: " + e.getMessage(), e);
        }
        var options = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setMaxBackgroundJobs(2)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setMaxLogFileSize(1 << 20)
                .setMaxTotalWalSize(16L << 20)
                // All families together: eight that each fill their own buffer would hold four times as much.
                .setDbWriteBufferSize(4L << 20)
                .setMaxOpenFiles(64)
                // A few alerts need no megabytes set aside on disk.
                .setAllowFAllocate(false)
                .setManifestPreallocationSize(4 << 10);
        var cache = new LRUCache(2L << 20);
        var family = new ColumnFamilyOptions()
                .setWriteBufferSize(2L << 20)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
        var descriptors = new ArrayList<ColumnFamilyDescriptor>();
        for (String name : FAMILIES) {
            descriptors.add(new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.US_ASCII), family));
        }
        var handles = new ArrayList<ColumnFamilyHandle>();
        try {
            db = RocksDB.open(options, folder.toString(), descriptors, handles);
        } catch (RocksDBException e) {
            throw new IllegalStateException(
                    "cannot open the alert store in " + folder + ": " + e.getMessage()
                            + "; another process may use it (choose another --storage.path), or the folder is damaged",
                    e);
        }
        resources.addAll(handles);
        resources.addAll(List.of(db, options, family, cache, writing));
        alerts = handles.get(1);
        silences = handles.get(2);
        nflog = handles.get(3);
        events = handles.get(4);
        deliveries = handles.get(5);
        meta = handles.get(6);
        times = handles.get(7);
        found = read(folder);
    }

    /// Opens the store below `--storage.path`, creating it where there is none.
    public static StateStore open(Path folder) {
        return new StateStore(folder.resolve("state"));
    }

    private Found read(Path folder) {
        try {
            byte[] format = db.get(meta, FORMAT_KEY);
            if (format != null && (format[0] < 1 || format[0] > FORMAT)) {
                throw new IllegalStateException("the alert store in " + folder + " has format " + format[0]
                        + "; this version reads formats up to " + FORMAT + ": start the version that wrote it");
            }
            boolean orderly = format == null || db.get(meta, STOPPED_KEY) != null;
            db.put(meta, writing, FORMAT_KEY, new byte[] {FORMAT});
            // From here on only an orderly stop makes it one.
            db.delete(meta, writing, STOPPED_KEY);
            return new Found(
                    all(alerts, bytes -> latest(AlertCodec.decode(bytes))),
                    all(silences, SilenceCodec::decode),
                    all(nflog, EntryCodec::decode),
                    orderly);
        } catch (RocksDBException e) {
            throw failed("read", e);
        }
    }

    /// The alert with the times that a later report moved.
    private Alert latest(Alert alert) {
        try {
            byte[] moved = db.get(times, fingerprint(alert.fingerprint()));
            return moved == null ? alert : AlertCodec.moved(alert, moved);
        } catch (RocksDBException e) {
            throw failed("read", e);
        }
    }

    /// What was kept when this was opened.
    public Found found() {
        return found;
    }

    private <T> List<T> all(ColumnFamilyHandle family, Function<byte[], T> decode) {
        var list = new ArrayList<T>();
        try (RocksIterator rows = db.newIterator(family)) {
            for (rows.seekToFirst(); rows.isValid(); rows.next()) {
                list.add(decode.apply(rows.value()));
            }
        }
        return list;
    }

    private synchronized void write(Change change) {
        if (closed) {
            return;
        }
        try (var batch = new WriteBatch()) {
            change.in(batch);
            db.write(writing, batch);
        } catch (RocksDBException e) {
            throw failed("write", e);
        }
    }

    private static IllegalStateException failed(String what, RocksDBException e) {
        return new IllegalStateException("the alert store failed to " + what + ": " + e.getMessage(), e);
    }

    private static byte[] fingerprint(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    private static byte[] key(NotificationLog.Key key) {
        return key.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void alerts(List<Alert> known, List<Moved> moved, List<Event> news) {
        write(batch -> {
            for (Alert alert : known) {
                batch.put(alerts, fingerprint(alert.fingerprint()), AlertCodec.encode(alert));
            }
            for (Moved alert : moved) {
                batch.put(times, fingerprint(alert.fingerprint()), AlertCodec.encode(alert));
            }
            putEvents(batch, news);
        });
    }

    private void putEvents(WriteBatch batch, List<Event> news) throws RocksDBException {
        for (Event event : news) {
            byte[] at = ByteBuffer.allocate(24)
                    .putLong(event.fingerprint())
                    .putLong(event.at().toEpochMilli())
                    .putLong(sequence.getAndIncrement())
                    .array();
            batch.put(events, at, Bytes.write(out -> {
                Bytes.text(out, event.what());
                Bytes.text(out, event.detail());
            }));
        }
    }

    @Override
    public void forgotten(List<Alert> gone) {
        if (!gone.isEmpty()) {
            write(batch -> {
                for (Alert alert : gone) {
                    byte[] key = fingerprint(alert.fingerprint());
                    batch.delete(alerts, key);
                    batch.delete(times, key);
                }
            });
        }
    }

    @Override
    public void notified(NotificationLog.Entry entry) {
        write(batch -> batch.put(nflog, key(entry.key()), EntryCodec.encode(entry)));
    }

    @Override
    public void delivery(Delivery delivery) {
        write(batch -> {
            byte[] at = ByteBuffer.allocate(16)
                    .putLong(delivery.at().toEpochMilli())
                    .putLong(sequence.getAndIncrement())
                    .array();
            batch.put(deliveries, at, encode(delivery));
            var news = new ArrayList<Event>();
            String where = delivery.to().receiver() + "/" + delivery.to().integration() + "["
                    + delivery.to().index() + "]: " + delivery.reason();
            String what = delivery.error().isEmpty() ? "notified" : "notification failed";
            delivery.firing().forEach(f -> news.add(new Event(f, delivery.at(), what, where)));
            delivery.resolved().forEach(f -> news.add(new Event(f, delivery.at(), what, where)));
            putEvents(batch, news);
        });
    }

    private static byte[] encode(Delivery delivery) {
        return Bytes.write(out -> {
            Bytes.instant(out, delivery.at());
            Bytes.text(out, delivery.to().groupKey());
            Bytes.text(out, delivery.to().receiver());
            Bytes.text(out, delivery.to().integration());
            out.writeInt(delivery.to().index());
            Bytes.text(out, delivery.reason());
            Bytes.longs(out, delivery.firing());
            Bytes.longs(out, delivery.resolved());
            Bytes.text(out, delivery.result());
            Bytes.text(out, delivery.error());
            out.writeLong(delivery.latency().toNanos());
        });
    }

    private static Delivery decode(byte[] bytes) {
        return Bytes.read("a delivery", bytes, in -> {
            Instant at = Bytes.instant(in);
            String group = Bytes.text(in);
            String receiver = Bytes.text(in);
            String integration = Bytes.text(in);
            var to = new NotificationLog.Key(group, receiver, integration, in.readInt());
            String reason = Bytes.text(in);
            var firing = List.copyOf(Bytes.longs(in));
            var resolved = List.copyOf(Bytes.longs(in));
            String result = Bytes.text(in);
            String error = Bytes.text(in);
            return new Delivery(at, to, reason, firing, resolved, result, error, Duration.ofNanos(in.readLong()));
        });
    }

    /// Silences that changed.
    public void silences(Collection<Silence> changed) {
        write(batch -> {
            for (Silence silence : changed) {
                batch.put(silences, silence.id().getBytes(StandardCharsets.UTF_8), SilenceCodec.encode(silence));
            }
        });
    }

    /// Silences and log entries past their retention.
    public void forgotten(List<String> silenceIds, List<NotificationLog.Key> entries) {
        write(batch -> {
            for (String id : silenceIds) {
                batch.delete(silences, id.getBytes(StandardCharsets.UTF_8));
            }
            for (NotificationLog.Key entry : entries) {
                batch.delete(nflog, key(entry));
            }
        });
    }

    /// Bytes that a family takes, on disk and in RocksDB's memory: `nflog` or `silences`.
    public synchronized double sizeBytes(String family) {
        if (closed) {
            return 0;
        }
        ColumnFamilyHandle handle = family.equals("nflog") ? nflog : silences;
        try {
            return db.getLongProperty(handle, "rocksdb.live-sst-files-size")
                    + db.getLongProperty(handle, "rocksdb.cur-size-all-mem-tables");
        } catch (RocksDBException e) {
            throw failed("measure " + family, e);
        }
    }

    /// Drops deliveries and events older than `until`.
    public void collectHistory(Instant until) {
        write(batch -> {
            batch.deleteRange(
                    deliveries,
                    new byte[16],
                    ByteBuffer.allocate(16).putLong(until.toEpochMilli()).array());
            try (RocksIterator rows = db.newIterator(events)) {
                for (rows.seekToFirst(); rows.isValid(); rows.next()) {
                    byte[] at = rows.key();
                    if (ByteBuffer.wrap(at).getLong(8) < until.toEpochMilli()) {
                        batch.delete(events, at);
                    }
                }
            }
        });
    }

    /// The latest deliveries, newest first.
    public synchronized List<Delivery> deliveries(int limit) {
        var list = new ArrayList<Delivery>();
        if (closed) {
            return list;
        }
        try (RocksIterator rows = db.newIterator(deliveries)) {
            for (rows.seekToLast(); rows.isValid() && list.size() < limit; rows.prev()) {
                list.add(decode(rows.value()));
            }
        }
        return list;
    }

    /// What happened to one alert, oldest first.
    public synchronized List<Event> events(long fingerprint) {
        var list = new ArrayList<Event>();
        if (closed) {
            return list;
        }
        try (RocksIterator rows = db.newIterator(events)) {
            for (rows.seek(fingerprint(fingerprint)); rows.isValid(); rows.next()) {
                ByteBuffer at = ByteBuffer.wrap(rows.key());
                if (at.getLong() != fingerprint) {
                    break;
                }
                Instant when = Instant.ofEpochMilli(at.getLong());
                list.add(Bytes.read(
                        "an event", rows.value(), in -> new Event(fingerprint, when, Bytes.text(in), Bytes.text(in))));
            }
        }
        return list;
    }

    /// Closes in good order: the next process will know.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        write(batch -> batch.put(meta, STOPPED_KEY, new byte[] {1}));
        closed = true;
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("closing the alert store failed", e);
            }
        }
    }
}
