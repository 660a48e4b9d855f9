package io.pharos.query.operator;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Rows on their way: blocks filled from a source and mapped in place by leaf tasks, handed on in the source's order.
/// Consumed once.
final class SeriesStream {
    /// Which labels a value loses that is no longer the metric's own.
    enum Drop {
        NONE,
        /// `__name__`, `__type__`, `__unit__`.
        IDENTITY,
        NAME
    }

    /// Fills rows; one task at a time, and one task after the other.
    interface Filler {
        /// Fills `row` of the block from a row of the source; false if there is nothing for it.
        boolean fill(int sourceRow, SeriesBlock block, int row);

        /// The task ends; returns the most samples of one row that were in memory at once.
        long end();

        /// There will be no more tasks.
        void close();
    }

    private static final int MAX_ROWS = 256;
    private static final int MAX_CELLS = 1 << 16;

    final QueryContext context;
    final RowSource rows;
    final Grid grid;
    final Drop drop;
    /// Whether two rows that get the same labels are an error even where they never meet at one step.
    final boolean strict;

    /// Rows that are worth a task of their own.
    private final int leastRows;

    private final Supplier<Filler> fillers;
    private final List<Consumer<SeriesBlock>> maps;
    private final FillTask[] tasks;
    private final AtomicReferenceArray<@Nullable Filler> idle;
    private volatile boolean stopped;
    private long samples;
    private long mostOfOneRow;

    SeriesStream(
            QueryContext context,
            RowSource rows,
            Grid grid,
            Supplier<Filler> fillers,
            List<Consumer<SeriesBlock>> maps,
            Drop drop,
            boolean strict,
            int leastRows) {
        this.context = context;
        this.leastRows = leastRows;
        this.rows = rows;
        this.grid = grid;
        this.fillers = fillers;
        this.maps = List.copyOf(maps);
        this.drop = drop;
        this.strict = strict;
        tasks = new FillTask[2 * context.parallelism + 2];
        idle = new AtomicReferenceArray<>(tasks.length);
    }

    /// The same, with every block mapped once more.
    SeriesStream map(Consumer<SeriesBlock> next, Drop dropped) {
        var all = new ArrayList<>(maps);
        all.add(next);
        return new SeriesStream(
                context, rows, grid, fillers, all, drop == Drop.NONE ? dropped : drop, strict, leastRows);
    }

    /// Whether dropping labels may make two rows equal; only then must the rows be looked at together.
    boolean mayCollide() {
        return drop != Drop.NONE
                && !context.flags.delayedNameRemoval()
                && (rows.metricName() == null || context.flags.typeAndUnitLabels());
    }

    /// Hands every block to `consumer`, on the caller's thread; a block is reused once the consumer returns.
    void forEach(Consumer<SeriesBlock> consumer) {
        run(false, task -> {
            consumer.accept(task.filled());
            context.release(task.samples);
        });
        notePeak(samples);
        for (FillTask task : tasks) {
            SeriesBlock block = task == null ? null : task.block;
            if (block != null) {
                context.releaseBytes(8L * block.values.length);
            }
        }
    }

    /// Samples handed on by [#forEach] so far.
    long samples() {
        return samples;
    }

    /// The rows as they came, and again as they were mapped; or all of them and one row's range.
    private void notePeak(long released) {
        long beside = maps.isEmpty() ? mostOfOneRow : samples + samples / Math.max(1, grid.steps());
        context.notePeak(released + beside);
    }

    /// All rows with their labels; those that got the same ones are merged, or fail.
    SeriesTable collect() {
        var blocks = new ArrayList<SeriesBlock>();
        var labels = new ArrayList<Labels>();
        run(true, task -> {
            SeriesBlock block = task.take();
            if (block.rows > 0) {
                blocks.add(block);
                labels.addAll(List.of(task.labels));
            }
        });
        notePeak(0);
        var dropName = new BitSet();
        boolean delayed = context.flags.delayedNameRemoval();
        int row = 0;
        for (SeriesBlock block : blocks) {
            for (int i = 0; i < block.rows; i++, row++) {
                dropName.set(row, drop != Drop.NONE && delayed || rows.dropName(block.source[i]));
            }
        }
        var table = new SeriesTable(grid, blocks, labels.toArray(Labels[]::new), dropName);
        if (!maps.isEmpty()) {
            table = table.withoutEmptyRows();
        }
        return drop == Drop.NONE || delayed ? table : Tables.mergeSame(table, strict);
    }

    /// All rows without labels of their own, for operators that look at cells alone.
    SeriesTable collectUnnamed() {
        var blocks = new ArrayList<SeriesBlock>();
        run(false, task -> {
            SeriesBlock block = task.take();
            if (block.rows > 0) {
                blocks.add(block);
            }
        });
        int n = blocks.stream().mapToInt(block -> block.rows).sum();
        var labels = new Labels[n];
        Arrays.fill(labels, Labels.EMPTY);
        return new SeriesTable(grid, blocks, labels, new BitSet());
    }

    private void run(boolean kept, Consumer<FillTask> consumer) {
        int size = rows.size();
        if (grid.steps() == 0 || size == 0) {
            return;
        }
        int share = Math.max(leastRows, Math.ceilDiv(size, 2 * context.parallelism));
        int perBlock = Math.min(share, Math.clamp(MAX_CELLS / grid.steps(), 1, MAX_ROWS));
        int blocks = Math.ceilDiv(size, perBlock);
        int started = 0;
        int consumed = 0;
        try {
            while (consumed < blocks) {
                for (; started < blocks && started < consumed + tasks.length; started++) {
                    FillTask task = tasks[started % tasks.length];
                    if (task == null) {
                        task = new FillTask(perBlock, kept);
                        tasks[started % tasks.length] = task;
                    }
                    int from = started * perBlock;
                    if (blocks == 1) {
                        task.runHere(from, size);
                    } else {
                        task.start(from, Math.min(size, from + perBlock));
                    }
                }
                context.check();
                FillTask task = tasks[consumed++ % tasks.length];
                task.await();
                samples += task.samples;
                mostOfOneRow = Math.max(mostOfOneRow, task.mostOfOneRow);
                consumer.accept(task);
            }
        } catch (RejectedExecutionException e) {
            throw new ApiException(ApiError.CANCELED, "query was canceled in expression evaluation", e);
        } finally {
            stopped = true;
            for (FillTask task : tasks) {
                if (task != null) {
                    task.drain();
                }
            }
            for (int i = 0; i < idle.length(); i++) {
                Filler filler = idle.getAndSet(i, null);
                if (filler != null) {
                    filler.close();
                }
            }
        }
    }

    private Filler takeFiller() {
        for (int i = 0; i < idle.length(); i++) {
            Filler filler = idle.getAndSet(i, null);
            if (filler != null) {
                return filler;
            }
        }
        return fillers.get();
    }

    private void giveBack(Filler filler) {
        for (int i = 0; i < idle.length(); i++) {
            if (idle.compareAndSet(i, null, filler)) {
                return;
            }
        }
        throw new IllegalStateException("bug: more fillers than tasks");
    }

    /// Fills one block after the other, each when it is started anew: whoever waits is the one that started it. With it
    /// a block takes no object of its own through the pool.
    private final class FillTask implements Runnable {
        private static final int STARTED = 0;
        private static final int RUNNING = 1;
        private static final int ENDED = 2;

        private final int perBlock;
        /// Whether a block will be kept, with the labels of its rows: it then has room for these rows alone.
        private final boolean kept;

        private final AtomicInteger state = new AtomicInteger(ENDED);
        private volatile @Nullable Thread waiting;
        private int from;
        private int to;
        private @Nullable SeriesBlock block;
        private Labels[] labels = {};
        private @Nullable Throwable failure;
        private long samples;
        private long mostOfOneRow;

        FillTask(int perBlock, boolean kept) {
            this.perBlock = perBlock;
            this.kept = kept;
        }

        void start(int fromRow, int toRow) {
            from = fromRow;
            to = toRow;
            failure = null;
            state.set(STARTED);
            try {
                context.pool.execute(this);
            } catch (RejectedExecutionException e) {
                state.set(ENDED);
                throw e;
            }
        }

        /// Fills the only block there is on this thread: to wake another costs more than a few rows.
        void runHere(int fromRow, int toRow) {
            from = fromRow;
            to = toRow;
            failure = null;
            state.set(STARTED);
            run();
            if (Thread.currentThread().isInterrupted()) {
                context.cancel();
            }
        }

        @Override
        public void run() {
            if (!state.compareAndSet(STARTED, RUNNING)) {
                return;
            }
            try {
                fill();
            } catch (Throwable e) {
                failure = e;
            }
            state.set(ENDED);
            Thread waiter = waiting;
            if (waiter != null) {
                LockSupport.unpark(waiter);
            }
        }

        private void fill() {
            SeriesBlock into = block;
            if (into == null) {
                int capacity = kept ? to - from : perBlock;
                // What it is about to take is counted before it is there.
                context.holdBytes(8L * capacity * grid.steps());
                into = new SeriesBlock(capacity, grid.steps());
                block = into;
            } else {
                into.reset();
            }
            Filler filler = takeFiller();
            try {
                for (int source = from; source < to; source++) {
                    if (stopped) {
                        throw new ApiException(ApiError.CANCELED, "query was canceled in expression evaluation");
                    }
                    if ((source & 15) == 0) {
                        context.check();
                    }
                    if (filler.fill(source, into, into.rows)) {
                        into.source[into.rows++] = source;
                    }
                }
            } finally {
                mostOfOneRow = filler.end();
                giveBack(filler);
            }
            for (Consumer<SeriesBlock> map : maps) {
                map.accept(into);
            }
            samples = into.samples();
            context.hold(samples);
            if (kept) {
                labels = labelsOf(into);
            }
        }

        /// Waits until the block is filled.
        void await() {
            waiting = Thread.currentThread();
            while (state.get() != ENDED) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    Thread.currentThread().interrupt();
                    context.cancel();
                    throw new ApiException(ApiError.CANCELED, "query was canceled in expression evaluation");
                }
            }
            waiting = null;
            switch (failure) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException("bug: task failed", failure);
            }
        }

        /// Waits for the task if it runs, though nobody wants its block, so that the source may be closed.
        void drain() {
            if (state.compareAndSet(STARTED, ENDED)) {
                return;
            }
            boolean interrupted = false;
            waiting = Thread.currentThread();
            while (state.get() != ENDED) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            waiting = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        SeriesBlock filled() {
            return Objects.requireNonNull(block, "bug: nothing was filled");
        }

        /// The block, which is the caller's from now on.
        SeriesBlock take() {
            SeriesBlock taken = filled();
            block = null;
            return taken;
        }
    }

    private Labels[] labelsOf(SeriesBlock block) {
        var labels = new Labels[block.rows];
        boolean now = drop != Drop.NONE && !context.flags.delayedNameRemoval();
        LabelPick pick = drop == Drop.NAME ? LabelPick.WITHOUT_NAME : LabelPick.WITHOUT_IDENTITY;
        for (int row = 0; row < block.rows; row++) {
            Labels of = rows.labels(block.source[row]);
            boolean dropped = now || !context.flags.delayedNameRemoval() && rows.dropName(block.source[row]);
            labels[row] = dropped ? pick.of(of) : of;
        }
        return labels;
    }
}
