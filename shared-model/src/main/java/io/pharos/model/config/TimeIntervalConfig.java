package io.pharos.model.config;

import io.pharos.model.alert.TimeInterval;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// One specification of a time interval: as written, for printing, and as it is understood.
public record TimeIntervalConfig(Written written, TimeInterval interval) {
    /// The texts of the file.
    public record Written(
            Optional<List<Times>> times,
            Optional<List<String>> weekdays,
            @Key("days_of_month") Optional<List<String>> daysOfMonth,
            Optional<List<String>> months,
            Optional<List<String>> years,
            Optional<String> location) {}

    /// From `start_time` to `end_time`.
    public record Times(Optional<String> startTime, Optional<String> endTime) {}

    static TimeIntervalConfig of(Object bound, Function<String, RuntimeException> fail) {
        var written = (Written) bound;
        try {
            return new TimeIntervalConfig(
                    written,
                    new TimeInterval(
                            written.times().map(list -> list.stream()
                                    .map(t -> TimeInterval.timeRange(t.startTime(), t.endTime()))
                                    .toList()),
                            ranges(written.weekdays(), TimeInterval::weekdayRange),
                            ranges(written.daysOfMonth(), TimeInterval::dayOfMonthRange),
                            ranges(written.months(), TimeInterval::monthRange),
                            ranges(written.years(), TimeInterval::yearRange),
                            zone(written.location())));
        } catch (IllegalArgumentException e) {
            throw fail.apply(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<ZoneId> zone(Optional<String> location) {
        return location.map(TimeInterval::location);
    }

    private static Optional<List<TimeInterval.Range>> ranges(
            Optional<List<String>> texts, Function<String, TimeInterval.Range> read) {
        return texts.map(list -> list.stream().map(read).toList());
    }
}
