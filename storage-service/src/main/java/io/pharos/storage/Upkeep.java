package io.pharos.storage;

import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.storage.head.Head;
import io.pharos.storage.head.HeadStream;
import io.pharos.storage.log.SampleLog;
import io.pharos.storage.partition.Partitions;
import io.pharos.storage.partition.SeriesStream;
import io.pharos.storage.partition.Tombstones.Tombstone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What goes on behind the appends, on the thread `seal`: the log is forced to disk, full chunks are sealed, partitions
/// merged and dropped, the head written as a checkpoint. What an administrator asks for runs on the asker's thread; one
/// of them at a time.
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long LOOK_NANOS = 2_000_000_000L;
    private static final long RETENTION_NANOS = 60_000_000_000L;
    private static final long NEVER_ENDED = Long.MIN_VALUE;

    private final StoreOptions options;
    private final Head head;
    private final SampleLog log;
    private final Partitions partitions;
    private final StoreFigures figures;
    private final InstantSource time;
    private final Reserves reserves;
    private final Thread thread;
    private final ReentrantLock one = new ReentrantLock();
    private volatile boolean closed;
    private volatile long retentionMs;
    private volatile long retentionBytes;
    private volatile long checkpointBytes;
    private long checkpointSegment;

    Upkeep(
            StoreOptions options,
            Head head,
            SampleLog log,
            Partitions partitions,
            StoreFigures figures,
            InstantSource time,
            long checkpointBytes) {
        this.options = options;
        this.head = head;
        this.log = log;
        this.partitions = partitions;
        this.figures = figures;
        this.time = time;
        reserves = new Reserves(options, head);
        this.checkpointBytes = checkpointBytes;
        retentionMs = options.retention().ms();
        retentionBytes = options.retention().bytes();
        thread = Thread.ofPlatform().daemon().name("seal").unstarted(this::run);
    }

    Reserves reserves() {
        return reserves;
    }

    /// Bytes of the newest checkpoint.
    long checkpointBytes() {
        return checkpointBytes;
    }

    void start() {
        thread.start();
    }

    void retention(long ms, long bytes) {
        retentionMs = ms;
        retentionBytes = bytes;
    }

    long retentionMs() {
        return retentionMs;
    }

    long retentionBytes() {
        return retentionBytes;
    }

    private void run() {
        long look = System.nanoTime() + LOOK_NANOS;
        long retain = System.nanoTime() + RETENTION_NANOS;
        while (!closed) {
            LockSupport.parkNanos(Math.clamp(options.files().fsyncMs(), 50, 1000) * 1_000_000L);
            try {
                sync();
                reserves.look(checkpointBytes);
                if (System.nanoTime() - look >= 0) {
                    look = System.nanoTime() + LOOK_NANOS;
                    exclusively(this::sealWhereDue);
                    exclusively(this::checkpointWhereDue);
                    partitions.dropIdle();
                }
                if (System.nanoTime() - retain >= 0) {
                    retain = System.nanoTime() + RETENTION_NANOS;
                    exclusively(this::retain);
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("upkeep of {} failed; it is tried again", options.folder(), e);
            }
        }
    }

    /// Forces the log. Where that fails, nobody knows what of it is on the medium, nor will a second try tell: the head
    /// is written as a checkpoint instead, which makes the log so far needless.
    private void sync() throws IOException {
        try {
            log.sync();
        } catch (IOException e) {
            figures.syncFailures.incrementAndGet();
            LOG.error("the log in {} cannot be forced to disk; writing a checkpoint instead", options.folder(), e);
            exclusively(this::checkpoint);
        }
    }

    private void exclusively(Runnable work) {
        one.lock();
        try {
            work.run();
        } finally {
            one.unlock();
        }
    }

    // ------------------------------------------------------------------ sealing

    private void sealWhereDue() {
        long ended = head.maxMs() == Long.MIN_VALUE
                ? NEVER_ENDED
                : head.maxMs() - options.thresholds().endedMs();
        boolean many = false;
        int series = head.seriesCount();
        if (series > 0 && ended != NEVER_ENDED) {
            int gone = head.ended(ended);
            many = gone > 2000 && gone > series / 8 || gone > 0 && gone == series;
        }
        if (many || head.fullBytes() > options.thresholds().sealBytes()) {
            seal(false, ended);
            figures.merges.addAndGet(partitions.merge(false));
            checkpoint();
        }
    }

    private void seal(boolean everything, long endedMs) {
        try (HeadStream stream = head.seal(everything, endedMs)) {
            if (stream.size() == 0) {
                return;
            }
            Partitions.Pending pending = partitions.write(adapt(stream), stream.firstMs(), stream.lastMs());
            head.sealed(stream, pending::commit, endedMs);
            figures.seals.incrementAndGet();
        } catch (RuntimeException e) {
            figures.sealFailures.incrementAndGet();
            throw e;
        }
    }

    private static SeriesStream adapt(HeadStream stream) {
        return new SeriesStream() {
            @Override
            public byte[][] pairs() {
                return stream.pairs();
            }

            @Override
            public int size() {
                return stream.size();
            }

            @Override
            public int[] pairsOf(int series, int[] into) {
                return stream.pairsOf(series, into);
            }

            @Override
            public void read(int series, long afterMs, long toMs, SampleBuffer into) {
                stream.read(series, afterMs, toMs, into);
            }

            @Override
            public Map<String, MetricMetadata> metadata() {
                return stream.metadata();
            }

            @Override
            public Map<Labels, List<Exemplar>> exemplars(long firstMs, long lastMs) {
                return stream.exemplars(firstMs, lastMs);
            }
        };
    }

    void flush() {
        exclusively(() -> {
            seal(true, NEVER_ENDED);
            figures.merges.addAndGet(partitions.merge(true));
            checkpoint();
        });
    }

    // ------------------------------------------------------------------ checkpoint

    private void checkpointWhereDue() {
        if (log.sizeBytes() > Math.max(options.thresholds().logBytes(), checkpointBytes / 4)) {
            checkpoint();
        }
    }

    void writeCheckpoint() {
        exclusively(this::checkpoint);
    }

    /// Writes the head as a checkpoint and drops the log before it.
    private void checkpoint() {
        Path target = Recovery.checkpoint(options);
        Path temporary = Path.of(target + ".new");
        try {
            checkpointBytes = head.checkpoint(options.files().disk(), temporary, new Head.Rotation() {
                @Override
                public long rotate() throws IOException {
                    checkpointSegment = log.rotate();
                    return checkpointSegment;
                }

                @Override
                public long position() {
                    return log.position();
                }
            });
            options.files().disk().replace(temporary, target);
            log.dropBefore(checkpointSegment);
            figures.checkpoints.incrementAndGet();
        } catch (IOException e) {
            figures.checkpointFailures.incrementAndGet();
            try {
                options.files().disk().delete(temporary);
            } catch (IOException deleting) {
                e.addSuppressed(deleting);
            }
            throw new UncheckedIOException(
                    "cannot write the checkpoint " + target + " (" + e.getMessage() + "); the log keeps everything", e);
        }
    }

    // ------------------------------------------------------------------ retention, deletion, snapshot

    private void retain() {
        long newest = head.maxMs();
        if (newest == Long.MIN_VALUE) {
            newest = time.millis();
        }
        long from = retentionMs == 0 ? Long.MIN_VALUE : newest - retentionMs;
        long most = retentionBytes == 0 ? 0 : Math.max(1, retentionBytes - log.sizeBytes() - checkpointBytes);
        int[] dropped = partitions.retain(from, most);
        figures.timeRetentions.addAndGet(dropped[0]);
        figures.sizeRetentions.addAndGet(dropped[1]);
    }

    void delete(Tombstone deleted) {
        exclusively(() -> partitions.delete(deleted));
    }

    void cleanTombstones() {
        exclusively(() -> {
            if (partitions.tombstones().isEmpty()) {
                return;
            }
            seal(true, NEVER_ENDED);
            checkpoint();
            partitions.cleanTombstones();
        });
    }

    void snapshot(Path into, boolean withHead) {
        exclusively(() -> {
            if (withHead) {
                seal(true, NEVER_ENDED);
                checkpoint();
            }
            partitions.snapshot(into);
        });
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
            if (log.sizeBytes() > 0) {
                exclusively(this::checkpoint);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the last checkpoint failed; the log has everything", e);
        }
    }
}
