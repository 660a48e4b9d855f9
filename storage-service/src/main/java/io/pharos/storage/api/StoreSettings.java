package io.pharos.storage.api;

import io.pharos.model.config.PrometheusConfig;
import io.pharos.model.config.StorageConfig;
import io.pharos.model.config.StorageConfig.RetentionConfig;
import io.pharos.model.labels.Labels;
import io.pharos.model.text.GoText;
import io.pharos.runtime.ops.OpsConfiguration.StorageRetention;
import io.pharos.runtime.reload.Reloadable;
import io.pharos.storage.StoreOptions;
import io.pharos.storage.TimeSeriesStore;
import io.pharos.storage.head.HeadLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/// What `prometheus.yml` says of the store, put into force when it is loaded: the out-of-order window, exemplars kept,
/// retention over the flags, external labels.
public final class StoreSettings implements Reloadable<PrometheusConfig>, StorageRetention {
    private final TimeSeriesStore store;
    private final boolean exemplars;
    private volatile Labels externalLabels = Labels.EMPTY;
    private volatile double percentage;

    /// @param exemplars whether exemplars are kept at all
    public StoreSettings(TimeSeriesStore store, boolean exemplars) {
        this.store = store;
        this.exemplars = exemplars;
    }

    @Override
    public Runnable prepare(PrometheusConfig config) {
        StorageConfig storage = config.storage();
        StoreOptions flags = store.options();
        long max = exemplars ? storage.exemplars().map(e -> e.maxExemplars()).orElse(100_000L) : 0;
        var limits = new HeadLimits(
                storage.outOfOrderWindow().toMillis(),
                Math.clamp(max, 0, Integer.MAX_VALUE),
                flags.limits().series());
        long ms = flags.retention().ms();
        long bytes = flags.retention().bytes();
        double share = 0;
        if (storage.retention().isPresent()) {
            RetentionConfig retention = storage.retention().get();
            if (!retention.time().isZero()) {
                ms = retention.time().toMillis();
            }
            if (retention.size() > 0) {
                bytes = retention.size();
            }
            share = retention.percentage().orElse(0);
        }
        if (share > 0) {
            try {
                bytes = (long) (Files.getFileStore(flags.folder()).getTotalSpace() * share / 100);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot tell the size of the disk of " + flags.folder(), e);
            }
        }
        long retentionMs = ms;
        long retentionBytes = bytes;
        double shown = share;
        Labels external = config.global().externalLabels();
        return () -> {
            store.configure(limits, retentionMs, retentionBytes);
            externalLabels = external;
            percentage = shown;
        };
    }

    public Labels externalLabels() {
        return externalLabels;
    }

    /// `15d`, `15d or 10GiB`, `15d or 80%`.
    @Override
    public String get() {
        String text = store.retentionMs() > 0 ? GoText.promDuration(store.retentionMs()) : "";
        if (percentage > 0) {
            return join(text, GoText.general(percentage) + "%");
        }
        return store.retentionBytes() > 0 ? join(text, bytes(store.retentionBytes())) : text;
    }

    private static String join(String time, String size) {
        return time.isEmpty() ? size : time + " or " + size;
    }

    private static String bytes(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return GoText.general(value) + units[unit];
    }
}
