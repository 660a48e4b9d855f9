package io.pharos.model.config;

import io.pharos.model.text.GoText;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/// `storage` of `prometheus.yml`.
public record StorageConfig(Optional<TsdbConfig> tsdb, Optional<ExemplarsConfig> exemplars) {
    /// `storage.tsdb`. An out-of-order window of 0 takes no late samples.
    public record TsdbConfig(
            Duration outOfOrderTimeWindow,
            double staleSeriesCompactionThreshold,
            Optional<ChunkEncodingConfig> chunkEncoding,
            Optional<RetentionConfig> retention) {}

    /// `storage.tsdb.chunk_encoding`: accepted; the store chooses per chunk.
    public record ChunkEncodingConfig(String floats) {
        public ChunkEncodingConfig {
            if (!floats.isEmpty() && !floats.equals("xor") && !floats.equals("xor2")) {
                throw new BadField(
                        "floats",
                        "'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted"
                                + " entirely, got " + GoText.quote(floats));
            }
        }
    }

    /// `storage.tsdb.retention`, over the flags. Zero means not set; `percentage` is of the disk.
    public record RetentionConfig(
            Duration time, @Key(form = Key.Form.BYTES) long size, OptionalDouble percentage) {
        public RetentionConfig {
            double share = percentage.orElse(0);
            if (share < 0 || share > 100) {
                throw new BadField(
                        "percentage",
                        "'storage.tsdb.retention.percentage' must be in the range [0, 100], got "
                                + GoText.general(share));
            }
        }
    }

    /// `storage.exemplars`; 0 or less keeps none.
    public record ExemplarsConfig(
            @Key(or = "100000", always = true) long maxExemplars) {}

    /// How old a sample may be that comes late; zero for none.
    public Duration outOfOrderWindow() {
        return tsdb.map(TsdbConfig::outOfOrderTimeWindow).orElse(Duration.ZERO);
    }

    public Optional<RetentionConfig> retention() {
        return tsdb.flatMap(TsdbConfig::retention);
    }
}
