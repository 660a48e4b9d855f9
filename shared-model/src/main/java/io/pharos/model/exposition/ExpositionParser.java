package io.pharos.model.exposition;

import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads one exposition entry by entry. Reused body after body by its owner; not thread-safe.
///
/// ```
/// parser.reset(body, length);
/// while ((entry = parser.next()) != Entry.END) { … }
/// ```
///
/// A series is identified by its *key*: the bytes that name it, as the target wrote them. A caller that remembers keys
/// need not ask for labels again, and may say which key it expects next: where it is right, the bytes are compared and
/// neither split nor hashed. Reading a float whose key was expected allocates nothing.
public abstract sealed class ExpositionParser permits LineFormat, ProtobufFormat, CustomBuckets {
    /// What [#next] has come to.
    public enum Entry {
        /// A float: [#value()], [#labels], times, exemplars.
        SERIES,
        /// A native histogram: [#histogram()], [#labels], times, exemplars.
        HISTOGRAM,
        /// The type of a family: [#family()], [#type()].
        TYPE,
        /// The help of a family: [#family()], [#text()].
        HELP,
        /// The unit of a family: [#family()], [#text()].
        UNIT,
        COMMENT,
        END
    }

    /// The formats a body can have.
    public enum Format {
        /// Both `text/plain` versions.
        TEXT,
        OPENMETRICS,
        PROTOBUF
    }

    /// What is read of a body beside the plain samples.
    ///
    /// @param nativeHistograms native histograms of protobuf; else their classic buckets
    /// @param alwaysClassic classic buckets beside a histogram that is read as a native one
    /// @param customBuckets classic histograms become native ones with custom buckets
    /// @param startTimestamps `_created` series of OpenMetrics become start timestamps of their siblings
    public record Options(
            boolean nativeHistograms, boolean alwaysClassic, boolean customBuckets, boolean startTimestamps) {
        public static final Options PLAIN = new Options(false, false, false, false);
    }

    private static final byte[] NOTHING = {};

    byte[] bytes = NOTHING;
    byte[] key = NOTHING;
    int keyStart;
    int keyEnd;
    boolean expected;
    double value;
    boolean hasTime;
    long timeMs;
    long startMs;
    String unit = "";
    MetricType type = MetricType.UNKNOWN;

    ExpositionParser() {}

    public static ExpositionParser of(Format format, Options options) {
        ExpositionParser parser =
                switch (format) {
                    case TEXT -> new TextFormat();
                    case OPENMETRICS -> new OpenMetricsFormat(options.startTimestamps());
                    case PROTOBUF -> new ProtobufFormat(options);
                };
        return options.customBuckets() ? new CustomBuckets(parser, options.alwaysClassic()) : parser;
    }

    /// Starts over with the first `length` bytes of `body`, which must be longer by a byte at least: text parsers write
    /// a newline behind the end. The parser keeps the array until the next reset.
    public abstract void reset(byte[] body, int length);

    /// Moves to the next entry. Of `guess`, the bytes in `[from, to)` are the key expected; an empty range expects
    /// nothing.
    ///
    /// @throws ExpositionException where the body is not in the format; the parser is of no use then until reset
    public abstract Entry next(byte[] guess, int from, int to);

    public final Entry next() {
        return next(NOTHING, 0, 0);
    }

    /// Whether a comment or metadata comes next and [#skips] may be of use.
    public boolean atComment() {
        return false;
    }

    /// Skips the next line where it is the one in `[from, to)` of `known`, which was read before as a whole: of
    /// metadata of this type where `isType`, else of help.
    ///
    /// @return whether it was, and the next entry is what comes after it
    public boolean skips(byte[] known, int from, int to, MetricType as, boolean isType) {
        return false;
    }

    /// Whether the series now read has the key that was expected.
    public final boolean asExpected() {
        return expected;
    }

    /// The array that holds the key, valid until the next call of [#next].
    public final byte[] keyBytes() {
        return key;
    }

    public final int keyStart() {
        return keyStart;
    }

    public final int keyEnd() {
        return keyEnd;
    }

    public final double value() {
        return value;
    }

    /// Whether the sample has a time of its own.
    public final boolean hasTime() {
        return hasTime;
    }

    /// The sample's own time in milliseconds.
    public final long timeMs() {
        return timeMs;
    }

    /// The start timestamp in milliseconds, 0 if there is none.
    public final long startMs() {
        return startMs;
    }

    /// The histogram of a `HISTOGRAM` entry.
    public @Nullable NativeHistogram histogram() {
        return null;
    }

    /// Appends the exemplars of this series. One without a time has that of `defaultMs`.
    public abstract void exemplars(long defaultMs, List<Exemplar> into);

    /// Writes the series' labels into `into`, the metric's name first, as `__name__`.
    ///
    /// @throws ExpositionException where a name is not UTF-8
    public abstract void labels(ExposedLabels into);

    /// Writes the labels of a series whose key was read earlier, from a body of this format, when [#type()] was `as`.
    /// Leaves the entry now read alone.
    public abstract void labelsOf(byte[] of, int from, int to, MetricType as, ExposedLabels into);

    /// The family that metadata speaks of.
    public abstract String family();

    /// The type last read; of a series, that of its family in a well-formed body.
    public final MetricType type() {
        return type;
    }

    /// Help or unit.
    public abstract String text();

    /// The unit last read since the last `TYPE`.
    public final String unit() {
        return unit;
    }
}
