package io.pharos.query.operator;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.query.function.EvaluationException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
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

    /// A block, and the labels of its rows if they were wanted.
    record Filled(SeriesBlock block, Labels @Nullable [] labels, long samples, long mostOfOneRow) {}

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
    private final ConcurrentLinkedQueue<SeriesBlock> free = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Filler> idle = new ConcurrentLinkedQueue<>();
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
        run(false, filled -> {
            consumer.accept(filled.block());
            context.release(filled.samples());
            free.add(filled.block());
        });
        notePeak(samples);
        for (SeriesBlock block : free) {
            context.releaseBytes(8L * block.values.length);
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
        run(true, filled -> {
            if (filled.block().rows > 0) {
                blocks.add(filled.block());
                Labels[] of = filled.labels();
                if (of != null) {
                    labels.addAll(List.of(of));
                }
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
        run(false, filled -> {
            if (filled.block().rows > 0) {
                blocks.add(filled.block());
            }
        });
        int n = blocks.stream().mapToInt(block -> block.rows).sum();
        var labels = new Labels[n];
        Arrays.fill(labels, Labels.EMPTY);
        return new SeriesTable(grid, blocks, labels, new BitSet());
    }

    private void run(boolean withLabels, Consumer<Filled> consumer) {
        int size = rows.size();
        if (grid.steps() == 0 || size == 0) {
            return;
        }
        int share = Math.max(leastRows, Math.ceilDiv(size, 2 * context.parallelism));
        int perBlock = Math.min(share, Math.clamp(MAX_CELLS / grid.steps(), 1, MAX_ROWS));
        int inFlightMost = 2 * context.parallelism + 2;
        var inFlight = new ArrayDeque<Future<Filled>>();
        int next = 0;
        try {
            while (next < size || !inFlight.isEmpty()) {
                while (next < size && inFlight.size() < inFlightMost) {
                    int from = next;
                    int to = Math.min(size, from + perBlock);
                    inFlight.add(context.pool.submit(() -> fill(from, to, perBlock, withLabels)));
                    next = to;
                }
                context.check();
                Filled filled = await(inFlight.remove());
                samples += filled.samples();
                mostOfOneRow = Math.max(mostOfOneRow, filled.mostOfOneRow());
                consumer.accept(filled);
            }
        } catch (RejectedExecutionException e) {
            throw new ApiException(ApiError.CANCELED, "query was canceled in expression evaluation", e);
        } finally {
            stopped = true;
            drain(inFlight);
            for (Filler filler = idle.poll(); filler != null; filler = idle.poll()) {
                filler.close();
            }
        }
    }

    private Filled await(Future<Filled> task) {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.cancel();
            throw new ApiException(ApiError.CANCELED, "query was canceled in expression evaluation", e);
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case ApiException a -> a;
                case EvaluationException a -> a;
                case RuntimeException r -> r;
                case Error error -> throw error;
                case null, default -> new IllegalStateException("bug: task failed", e);
            };
        }
    }

    /// Waits for tasks whose results nobody wants, so that the source may be closed.
    private static void drain(ArrayDeque<Future<Filled>> tasks) {
        boolean interrupted = false;
        for (Future<Filled> task : tasks) {
            task.cancel(false);
        }
        for (Future<Filled> task : tasks) {
            while (!task.isDone() || task.isCancelled()) {
                if (task.isCancelled()) {
                    break;
                }
                try {
                    task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    break;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Filled fill(int from, int to, int perBlock, boolean withLabels) {
        SeriesBlock block = free.poll();
        if (block == null) {
            // What it is about to take is counted before it is there.
            context.holdBytes(8L * (withLabels ? to - from : perBlock) * grid.steps());
            block = new SeriesBlock(withLabels ? to - from : perBlock, grid.steps());
        } else {
            block.reset();
        }
        Filler filler = idle.poll();
        if (filler == null) {
            filler = fillers.get();
        }
        long mostOfOneRow = 0;
        try {
            for (int source = from; source < to; source++) {
                if (stopped) {
                    throw new ApiException(ApiError.CANCELED, "query was canceled in expression evaluation");
                }
                if ((source & 15) == 0) {
                    context.check();
                }
                if (filler.fill(source, block, block.rows)) {
                    block.source[block.rows++] = source;
                }
            }
        } finally {
            mostOfOneRow = filler.end();
            idle.add(filler);
        }
        for (Consumer<SeriesBlock> map : maps) {
            map.accept(block);
        }
        long samples = block.samples();
        context.hold(samples);
        return new Filled(block, withLabels ? labels(block) : null, samples, mostOfOneRow);
    }

    private Labels[] labels(SeriesBlock block) {
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
