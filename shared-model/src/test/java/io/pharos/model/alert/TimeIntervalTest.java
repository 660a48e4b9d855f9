package io.pharos.model.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimeIntervalTest {
    @Test
    void daysAreClampedToTheMonth() {
        var lastTwo = days("-2:-1");
        assertThat(lastTwo.contains(Instant.parse("2024-02-28T12:00:00Z"))).isTrue();
        assertThat(lastTwo.contains(Instant.parse("2024-02-27T12:00:00Z"))).isFalse();
        assertThat(days("31").contains(Instant.parse("2024-02-29T12:00:00Z"))).isFalse();
        assertThat(days("-31:-1").contains(Instant.parse("2024-02-01T12:00:00Z")))
                .isTrue();
    }

    @Test
    void timesAreLocalAndExcludeTheirEnd() {
        var office = new TimeInterval(
                Optional.of(List.of(TimeInterval.timeRange(Optional.of("09:00"), Optional.of("17:00")))),
                Optional.of(List.of(TimeInterval.weekdayRange("monday:Friday"))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(TimeInterval.location("Europe/Berlin")));
        assertThat(office.contains(Instant.parse("2024-07-05T07:00:00Z"))).isTrue();
        assertThat(office.contains(Instant.parse("2024-07-05T14:59:59Z"))).isTrue();
        assertThat(office.contains(Instant.parse("2024-07-05T15:00:00Z"))).isFalse();
        assertThat(office.contains(Instant.parse("2024-07-06T10:00:00Z"))).isFalse();
    }

    @Test
    void theFileIsToldWhatIsWrong() {
        assertThatThrownBy(() -> TimeInterval.timeRange(Optional.of("8:00"), Optional.of("09:00")))
                .hasMessage("couldn't parse timestamp 8:00, invalid format");
        assertThatThrownBy(() -> TimeInterval.dayOfMonthRange("0"))
                .hasMessage("0 is not a valid day of the month: out of range");
        assertThatThrownBy(() -> TimeInterval.dayOfMonthRange("20:-20"))
                .hasMessage("end day -20 is always before start day 20");
        assertThatThrownBy(() -> TimeInterval.dayOfMonthRange("-1:5"))
                .hasMessage("end day must be negative if start day is negative");
        assertThatThrownBy(() -> TimeInterval.monthRange("december:january"))
                .hasMessage("end month january is before start month december");
        assertThatThrownBy(() -> TimeInterval.weekdayRange("friday:monday"))
                .hasMessage("start day cannot be before end day");
        assertThatThrownBy(() -> TimeInterval.location("Nope/X")).hasMessage("unknown time zone Nope/X");
        assertThat(TimeInterval.monthRange("13").begin()).isEqualTo(13);
    }

    private static TimeInterval days(String range) {
        return new TimeInterval(
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of(TimeInterval.dayOfMonthRange(range))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
