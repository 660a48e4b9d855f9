package io.pharos.model.promql;

import org.jspecify.annotations.Nullable;

/// What `offset` and `@` do to a selector's or subquery's reference time. A null `offset` means none was written.
public record TimeShift(@Nullable DurationExpr offset, At at) {
    public static final TimeShift NONE = new TimeShift(null, new At.EvaluationTime());

    /// The time the offset is taken from.
    public sealed interface At {
        /// No `@`.
        record EvaluationTime() implements At {}

        /// `@ 1609746000`, in ms.
        record Fixed(long ms) implements At {}

        /// `@ start()`.
        record Start() implements At {}

        /// `@ end()`.
        record End() implements At {}
    }
}
