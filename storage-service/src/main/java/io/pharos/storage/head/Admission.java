package io.pharos.storage.head;

import io.pharos.model.labels.Labels;
import io.pharos.storage.head.HeadLimits.SeriesLimits;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// Which new series a head takes. Asked under the head's write lock; what it counts is read by anyone.
public final class Admission {
    /// Why samples of new series were refused.
    public enum Cause {
        MAX_SERIES,
        MAX_SERIES_PER_JOB,
        LABELS,
        MEMORY;

        /// As metrics have it.
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Head head;
    private final AtomicLongArray refused = new AtomicLongArray(Cause.values().length);
    private volatile @Nullable String memory;

    Admission(Head head) {
        this.head = head;
    }

    /// From now on no new series are taken, for this reason; null takes them again.
    public void shortOfMemory(@Nullable String why) {
        memory = why;
    }

    public boolean isShortOfMemory() {
        return memory != null;
    }

    /// Samples refused for a cause since the process began.
    public long refused(Cause cause) {
        return refused.get(cause.ordinal());
    }

    /// Why a series that is not there cannot be added; null where it can.
    @Nullable
    String refusal(Labels labels) {
        SeriesLimits limits = head.limits.series();
        if (limits.most() > 0 && head.index.seriesCount() >= limits.most()) {
            return refuse(
                    Cause.MAX_SERIES,
                    "the store holds " + limits.most() + " series already; raise --pharos.storage.max-series");
        }
        String why = memory;
        if (why != null) {
            return refuse(Cause.MEMORY, why);
        }
        if (limits.mostPerJob() > 0) {
            String job = labels.get("job");
            if (!job.isEmpty() && head.index.seriesWith("job", job) >= limits.mostPerJob()) {
                return refuse(
                        Cause.MAX_SERIES_PER_JOB,
                        "job \"" + job + "\" has " + limits.mostPerJob()
                                + " series already; raise --pharos.storage.max-series-per-job");
            }
        }
        if (limits.mostLabels() > 0 || limits.mostNameBytes() > 0 || limits.mostValueBytes() > 0) {
            String problem = labels(labels.encoded(), limits);
            return problem == null ? null : refuse(Cause.LABELS, problem);
        }
        return null;
    }

    private String refuse(Cause cause, String text) {
        refused.incrementAndGet(cause.ordinal());
        return text;
    }

    private static @Nullable String labels(byte[] bytes, SeriesLimits limits) {
        int n = 0;
        for (int at = 0; at < bytes.length; n++) {
            int name = Labels.textLength(bytes, at);
            at = Labels.textStart(bytes, at) + name;
            int value = Labels.textLength(bytes, at);
            at = Labels.textStart(bytes, at) + value;
            if (limits.mostNameBytes() > 0 && name > limits.mostNameBytes()) {
                return "a label name of " + name + " bytes; at most " + limits.mostNameBytes()
                        + " are taken, raise --pharos.storage.max-label-name-bytes";
            }
            if (limits.mostValueBytes() > 0 && value > limits.mostValueBytes()) {
                return "a label value of " + value + " bytes; at most " + limits.mostValueBytes()
                        + " are taken, raise --pharos.storage.max-label-value-bytes";
            }
        }
        return limits.mostLabels() > 0 && n > limits.mostLabels()
                ? n + " labels; at most " + limits.mostLabels() + " are taken, raise --pharos.storage.max-labels"
                : null;
    }
}
