package io.pharos.query.operator;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.query.function.Notes;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What one query works with: its source, its pool, its limits and what it has used of them, its notes. Thread-safe.
public final class QueryContext {
    final String expression;
    final SeriesSource source;
    final ExecutorService pool;
    final int parallelism;
    final FeatureFlags flags;
    final long lookbackMs;
    final Notes notes = new Notes();
    final ConcurrentLinkedQueue<SampleBuffer> buffers = new ConcurrentLinkedQueue<>();

    private final long maxSamples;
    private final long maxBytes;
    private final long deadlineNanos;
    private volatile boolean cancelled;

    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong peakSamples = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong peakBytes = new AtomicLong();

    /// @param deadlineNanos in terms of [System#nanoTime]
    /// @param maxBytes 0 means no limit
    public QueryContext(
            String expression,
            SeriesSource source,
            ExecutorService pool,
            int parallelism,
            FeatureFlags flags,
            long lookbackMs,
            long maxSamples,
            long maxBytes,
            long deadlineNanos) {
        this.expression = expression;
        this.source = source;
        this.pool = pool;
        this.parallelism = parallelism;
        this.flags = flags;
        this.lookbackMs = lookbackMs;
        this.maxSamples = maxSamples;
        this.maxBytes = maxBytes;
        this.deadlineNanos = deadlineNanos;
    }

    public Notes notes() {
        return notes;
    }

    public void cancel() {
        cancelled = true;
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /// Fails if the query is cancelled or out of time.
    void check() {
        check("expression evaluation");
    }

    /// Fails if the query is cancelled or out of time; `where` ends the message.
    public void check(String where) {
        if (cancelled) {
            throw new ApiException(ApiError.CANCELED, "query was canceled in " + where);
        }
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new ApiException(ApiError.TIMEOUT, "query timed out in " + where);
        }
    }

    /// Counts samples that are now in memory; fails above the limit.
    void hold(long more) {
        if (samples.addAndGet(more) > maxSamples) {
            throw tooManySamples();
        }
    }

    /// Notes that, besides the samples held now, `more` were in memory at once. Called where no task is under
    /// way, so that the peak of a query is the same each time.
    void notePeak(long more) {
        peakSamples.accumulateAndGet(samples.get() + more, Math::max);
    }

    void release(long fewer) {
        samples.addAndGet(-fewer);
    }

    /// Fails where the steps alone, a number each, are more than a query may hold.
    Grid checked(Grid grid) {
        if (grid.steps() > Math.max(maxSamples, 1_000_000)) {
            throw tooManySamples();
        }
        return grid;
    }

    static ApiException tooManySamples() {
        return new ApiException(
                ApiError.EXECUTION, "query processing would load too many samples into memory in query execution");
    }

    /// Counts bytes that are now held; fails above the limit.
    void holdBytes(long more) {
        long now = bytes.addAndGet(more);
        if (now > peakBytes.get()) {
            peakBytes.accumulateAndGet(now, Math::max);
        }
        if (maxBytes > 0 && now > maxBytes) {
            throw new ApiException(
                    ApiError.EXECUTION,
                    "query processing would hold more than " + maxBytes
                            + " bytes; select fewer series, a shorter range or a longer step");
        }
    }

    void releaseBytes(long fewer) {
        bytes.addAndGet(-fewer);
    }

    public long samples() {
        return samples.get();
    }

    public long bytes() {
        return bytes.get();
    }

    public long peakSamples() {
        return peakSamples.get();
    }

    public long peakBytes() {
        return peakBytes.get();
    }

    SampleBuffer buffer() {
        @Nullable SampleBuffer free = buffers.poll();
        if (free == null) {
            return new SampleBuffer();
        }
        free.clear();
        return free;
    }

    void giveBack(SampleBuffer buffer) {
        buffers.add(buffer);
    }
}
