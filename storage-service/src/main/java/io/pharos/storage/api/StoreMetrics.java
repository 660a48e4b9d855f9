package io.pharos.storage.api;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.storage.TimeSeriesStore;
import io.pharos.storage.head.Admission;
import io.pharos.storage.head.HeadFigures;
import io.pharos.storage.ingest.RemoteWriteReceiver;
import java.util.function.ToDoubleFunction;

/// The store's own metrics, under the names dashboards of Prometheus ask for.
public final class StoreMetrics {
    private final MeterRegistry meters;
    private final TimeSeriesStore store;

    private StoreMetrics(MeterRegistry meters, TimeSeriesStore store) {
        this.meters = meters;
        this.store = store;
    }

    public static StoreMetrics register(MeterRegistry meters, TimeSeriesStore store, RemoteWriteReceiver receiver) {
        var metrics = new StoreMetrics(meters, store);
        metrics.head();
        metrics.admission();
        metrics.log();
        metrics.partitions();
        metrics.exemplars();
        FunctionCounter.builder(
                        "prometheus_api_remote_write_invalid_labels_samples_total",
                        receiver,
                        RemoteWriteReceiver::invalidLabelSamples)
                .description("The total number of received remote write samples and histogram samples which were"
                        + " rejected due to invalid labels.")
                .register(meters);
        return metrics;
    }

    private void gauge(String name, String help, ToDoubleFunction<TimeSeriesStore> value) {
        Gauge.builder(name, store, value).description(help).register(meters);
    }

    private void counter(String name, String help, ToDoubleFunction<TimeSeriesStore> value) {
        FunctionCounter.builder(name, store, value).description(help).register(meters);
    }

    private void typed(String name, String help, String type, ToDoubleFunction<HeadFigures> value) {
        FunctionCounter.builder(name, store, s -> value.applyAsDouble(s.head().figures()))
                .description(help)
                .tag("type", type)
                .register(meters);
    }

    private static double time(long ms) {
        return ms == Long.MAX_VALUE || ms == Long.MIN_VALUE ? 0 : ms;
    }

    private void head() {
        gauge("prometheus_tsdb_head_series", "Total number of series in the head block.", s -> s.head()
                .seriesCount());
        gauge("prometheus_tsdb_head_chunks", "Total number of chunks in the head block.", s -> s.head()
                .chunkCount());
        gauge(
                "prometheus_tsdb_head_min_time",
                "Minimum time bound of the head block. The unit is decided by the library consumer.",
                s -> s.head().minMs());
        gauge(
                "prometheus_tsdb_head_max_time",
                "Maximum timestamp of the head block. The unit is decided by the library consumer.",
                s -> s.head().maxMs());
        gauge(
                "prometheus_tsdb_head_min_time_seconds",
                "Minimum time bound of the head block.",
                s -> time(s.head().minMs()) / 1000);
        gauge(
                "prometheus_tsdb_head_max_time_seconds",
                "Maximum timestamp of the head block.",
                s -> time(s.head().maxMs()) / 1000);
        gauge(
                "prometheus_tsdb_symbol_table_size_bytes",
                "Size of symbol table in memory for loaded blocks",
                s -> s.head().withIndex(i -> i.textBytes()));
        String appended = "Total number of appended samples.";
        typed("prometheus_tsdb_head_samples_appended_total", appended, "float", HeadFigures::floats);
        typed("prometheus_tsdb_head_samples_appended_total", appended, "histogram", HeadFigures::histograms);
        String late = "Total number of appended out of order samples.";
        typed("prometheus_tsdb_head_out_of_order_samples_appended_total", late, "float", HeadFigures::lateAppended);
        typed("prometheus_tsdb_head_out_of_order_samples_appended_total", late, "histogram", _ -> 0);
        String order =
                "Total number of out of order samples ingestion failed attempts due to out of order being disabled.";
        typed("prometheus_tsdb_out_of_order_samples_total", order, "float", HeadFigures::outOfOrder);
        typed("prometheus_tsdb_out_of_order_samples_total", order, "histogram", _ -> 0);
        typed(
                "prometheus_tsdb_out_of_bound_samples_total",
                "Total number of out of bound samples ingestion failed attempts with out of order support disabled.",
                "float",
                HeadFigures::outOfBounds);
        typed(
                "prometheus_tsdb_too_old_samples_total",
                "Total number of out of order samples ingestion failed attempts with out of support enabled, but"
                        + " sample outside of time window.",
                "float",
                HeadFigures::tooOld);
        counter("prometheus_tsdb_head_series_created_total", "Total number of series created in the head", s -> s.head()
                .figures()
                .seriesCreated());
        counter("prometheus_tsdb_head_chunks_created_total", "Total number of chunks created in the head", s -> s.head()
                .figures()
                .chunksCreated());
        counter("prometheus_tsdb_head_series_removed_total", "Total number of series removed in the head", s -> s.head()
                .figures()
                .seriesRemoved());
        counter("prometheus_tsdb_head_chunks_removed_total", "Total number of chunks removed in the head", s -> s.head()
                .figures()
                .chunksRemoved());
    }

    private void admission() {
        for (Admission.Cause cause : Admission.Cause.values()) {
            FunctionCounter.builder("pharos_storage_samples_refused_total", store, s -> s.head()
                            .admission()
                            .refused(cause))
                    .description("Samples of new series that were refused.")
                    .tag("reason", cause.text())
                    .register(meters);
        }
        counter(
                "pharos_storage_writes_refused_total",
                "Batches refused while the disk is nearly full.",
                s -> s.figures().writesRefused());
        gauge(
                "pharos_storage_memory_bytes",
                "Memory held against the budget: pages of the head, live heap, block cache.",
                TimeSeriesStore::memoryBytes);
    }

    private void log() {
        gauge(
                "prometheus_tsdb_wal_segment_current",
                "Write log segment index that TSDB is currently writing to.",
                s -> s.logSegment());
        gauge("prometheus_tsdb_wal_storage_size_bytes", "Size of the write log directory.", TimeSeriesStore::logBytes);
        counter("prometheus_tsdb_wal_corruptions_total", "Total number of WAL corruptions.", s -> s.figures()
                .logCorruptions());
        counter(
                "prometheus_tsdb_wal_writes_failed_total",
                "Total number of write log writes that failed.",
                s -> s.head().figures().logFailures());
        counter(
                "prometheus_tsdb_checkpoint_creations_total",
                "Total number of checkpoint creations attempted.",
                s -> s.figures().checkpoints() + s.figures().checkpointFailures());
        counter(
                "prometheus_tsdb_checkpoint_creations_failed_total",
                "Total number of checkpoint creations that failed.",
                s -> s.figures().checkpointFailures());
        gauge(
                "pharos_storage_checkpoint_pause_seconds",
                "The longest time that appends waited at a stretch for the last checkpoint.",
                s -> s.head().figures().checkpointPauseNanos() / 1e9);
        counter(
                "pharos_storage_log_sync_failures_total",
                "Times the log could not be forced to disk and the head was written as a checkpoint instead.",
                s -> s.figures().syncFailures());
        counter(
                "prometheus_tsdb_wal_truncations_total",
                "Total number of write log truncations attempted.",
                s -> s.figures().checkpoints());
        counter(
                "prometheus_tsdb_wal_truncations_failed_total",
                "Total number of write log truncations that failed.",
                _ -> 0);
        gauge(
                "prometheus_tsdb_clean_start",
                "-1: lockfile is disabled. 0: a lockfile from a previous execution was replaced. 1: lockfile creation was clean",
                s -> s.figures().cleanStart());
    }

    private void partitions() {
        gauge("prometheus_tsdb_blocks_loaded", "Number of currently loaded data blocks", s -> s.partitions()
                .describe()
                .size());
        gauge(
                "prometheus_tsdb_storage_blocks_bytes",
                "The number of bytes that are currently used for local storage by all blocks.",
                s -> s.partitions().sizeBytes());
        gauge("prometheus_tsdb_lowest_timestamp", "Lowest timestamp value stored in the database.", s -> lowest(s));
        gauge(
                "prometheus_tsdb_lowest_timestamp_seconds",
                "Lowest timestamp value stored in the database.",
                s -> lowest(s) / 1000);
        gauge(
                "prometheus_tsdb_retention_limit_bytes",
                "Max number of bytes to be retained in the tsdb blocks, configured 0 means disabled",
                s -> s.retentionBytes());
        gauge(
                "prometheus_tsdb_retention_limit_seconds",
                "How long to retain samples in storage.",
                s -> s.retentionMs() / 1000.0);
        counter(
                "prometheus_tsdb_compactions_total",
                "Total number of compactions that were executed for the partition.",
                s -> s.figures().seals() + s.figures().merges());
        counter(
                "prometheus_tsdb_compactions_triggered_total",
                "Total number of triggered compactions for the partition.",
                s -> s.figures().seals() + s.figures().merges());
        counter(
                "prometheus_tsdb_compactions_failed_total",
                "Total number of compactions that failed for the partition.",
                s -> s.figures().sealFailures());
        counter(
                "prometheus_tsdb_head_truncations_total",
                "Total number of head truncations attempted.",
                s -> s.figures().seals());
        counter(
                "prometheus_tsdb_head_truncations_failed_total",
                "Total number of head truncations that failed.",
                s -> s.figures().sealFailures());
        counter(
                "prometheus_tsdb_vertical_compactions_total",
                "Total number of compactions done on overlapping blocks.",
                _ -> 0);
        counter(
                "prometheus_tsdb_reloads_total",
                "Number of times the database reloaded block data from disk.",
                s -> s.figures().seals() + s.figures().merges());
        counter(
                "prometheus_tsdb_reloads_failures_total",
                "Number of times the database failed to reloadBlocks block data from disk.",
                _ -> 0);
        counter(
                "prometheus_tsdb_time_retentions_total",
                "The number of times that blocks were deleted because the maximum time limit was exceeded.",
                s -> s.figures().timeRetentions());
        counter(
                "prometheus_tsdb_size_retentions_total",
                "The number of times that blocks were deleted because the maximum number of bytes was exceeded.",
                s -> s.figures().sizeRetentions());
    }

    private static double lowest(TimeSeriesStore store) {
        long lowest = store.head().minMs();
        var partitions = store.partitions().describe();
        if (!partitions.isEmpty()) {
            lowest = Math.min(lowest, partitions.getFirst().firstMs());
        }
        return time(lowest);
    }

    private void exemplars() {
        gauge(
                "prometheus_tsdb_exemplar_exemplars_in_storage",
                "Number of exemplars currently in circular storage.",
                s -> s.head().exemplarFigures().count());
        gauge(
                "prometheus_tsdb_exemplar_series_with_exemplars_in_storage",
                "Number of series with exemplars currently in circular storage.",
                s -> s.head().exemplarFigures().series());
        gauge(
                "prometheus_tsdb_exemplar_max_exemplars",
                "Total number of exemplars the exemplar storage can store, resizeable.",
                s -> s.head().exemplarFigures().max());
        gauge(
                "prometheus_tsdb_exemplar_last_exemplars_timestamp_seconds",
                "The timestamp of the oldest exemplar stored in circular storage.",
                s -> s.head().exemplarFigures().lastMs() / 1000.0);
        counter(
                "prometheus_tsdb_exemplar_exemplars_appended_total",
                "Total number of appended exemplars.",
                s -> s.head().exemplarFigures().appended());
        counter(
                "prometheus_tsdb_exemplar_out_of_order_exemplars_total",
                "Total number of out of order exemplar ingestion failed attempts.",
                s -> s.head().exemplarFigures().outOfOrder());
    }
}
