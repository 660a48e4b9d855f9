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
            @Key(form = Key.Form.FLOW) Optional<List<String>> weekdays,

            @Key(value = "days_of_month", form = Key.Form.FLOW)
            Optional<List<String>> daysOfMonth,

            @Key(form = Key.Form.FLOW) Optional<List<String>> months,
            @Key(form = Key.Form.FLOW) Optional<List<String>> years,
            Optional<String> location) {
        /// As Alertmanager shows it: weekdays stay names, months do not.
        private Written monthsAsNumbers() {
            return new Written(
                    times,
                    weekdays,
                    daysOfMonth,
                    months.map(list -> list.stream()
                            .map(TimeInterval::monthRange)
                            .map(range -> range.begin() == range.end()
                                    ? Integer.toString(range.begin())
                                    : range.begin() + ":" + range.end())
                            .toList()),
                    years,
                    location);
        }
    }

    /// From `start_time` to `end_time`.
    public record Times(Optional<String> startTime, Optional<String> endTime) {}

    static TimeIntervalConfig of(Object bound, Function<String, RuntimeException> fail) {
        var written = (Written) bound;
        try {
            return new TimeIntervalConfig(
                    written.monthsAsNumbers(),
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
