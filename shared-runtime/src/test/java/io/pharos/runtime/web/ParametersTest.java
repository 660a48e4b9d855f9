package io.pharos.runtime.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.port.ApiException;
import org.junit.jupiter.api.Test;

class ParametersTest {
    @Test
    void namesMayRepeatAndAFormComesBeforeTheQueryString() {
        Parameters p = Parameters.decode("q=form&match[]=a", "q=url&match%5B%5D=b%20c&e=&x+y=%C3%A9");
        assertThat(p.text("q")).isEqualTo("form");
        assertThat(p.all("q")).containsExactly("form", "url");
        assertThat(p.all("match[]")).containsExactly("a", "b c");
        assertThat(p.has("e")).isTrue();
        assertThat(p.has("f")).isFalse();
        assertThat(p.text("x y")).isEqualTo("é");
    }

    @Test
    void whatIsNotEncodedRightlyIsLeftOut() {
        assertThat(Parameters.decode("a=%zz&b=1&c=1;d=2").has("a")).isFalse();
        assertThat(Parameters.decode("a=%zz&b=1").text("b")).isEqualTo("1");
    }

    @Test
    void timesAreUnixSecondsOrDates() {
        assertThat(Parameters.parseTimeMs("1435781430.7812")).isEqualTo(1_435_781_430_781L);
        assertThat(Parameters.parseTimeMs("-1.5")).isEqualTo(-1500);
        assertThat(Parameters.parseTimeMs("1.5e9")).isEqualTo(1_500_000_000_000L);
        assertThat(Parameters.parseTimeMs("2015-07-01T20:10:51.781Z")).isEqualTo(1_435_781_451_781L);
        assertThat(Parameters.parseTimeMs("2015-07-01T22:10:51+02:00")).isEqualTo(1_435_781_451_000L);
        assertThat(Parameters.parseTimeMs("-292273086-05-16T16:47:06Z")).isEqualTo(Parameters.MIN_TIME_MS);
        assertThat(Parameters.parseTimeMs("292277025-08-18T07:12:54.999999999Z"))
                .isEqualTo(Parameters.MAX_TIME_MS);
        assertThatThrownBy(() -> Parameters.decode("start=x").timeMs("start"))
                .isInstanceOf(ApiException.class)
                .hasMessage("invalid parameter \"start\": cannot parse \"x\" to a valid timestamp");
        assertThatThrownBy(() -> Parameters.decode("").timeMs("start"))
                .hasMessage("invalid parameter \"start\": cannot parse \"\" to a valid timestamp");
        assertThatThrownBy(() -> Parameters.decode("time=2015-13-01T00:00:00Z").timeMs("time", 0))
                .hasMessage("invalid parameter \"time\": invalid time value for 'time':"
                        + " cannot parse \"2015-13-01T00:00:00Z\" to a valid timestamp");
        assertThat(Parameters.decode("time=").timeMs("time", 7)).isEqualTo(7);
    }

    @Test
    void durationsAreSecondsOrHaveUnits() {
        assertThat(Parameters.parseDurationNanos("0.25")).isEqualTo(250_000_000);
        assertThat(Parameters.parseDurationNanos("1h30m")).isEqualTo(5400L * 1_000_000_000);
        assertThatThrownBy(() -> Parameters.decode("step=abc").durationNanos("step"))
                .hasMessage("invalid parameter \"step\": cannot parse \"abc\" to a valid duration");
        assertThatThrownBy(() -> Parameters.decode("step=1e20").durationNanos("step"))
                .hasMessage("invalid parameter \"step\": cannot parse \"1e20\" to a valid duration."
                        + " It overflows int64");
    }

    @Test
    void aLimitIsAWholeNumberOfZeroOrMore() {
        assertThat(Parameters.NONE.limit()).isZero();
        assertThat(Parameters.decode("limit=5").limit()).isEqualTo(5);
        assertThatThrownBy(() -> Parameters.decode("limit=-1").limit())
                .hasMessage("invalid parameter \"limit\": limit must be non-negative");
        assertThatThrownBy(() -> Parameters.decode("limit=1.5").limit())
                .hasMessage("invalid parameter \"limit\": strconv.Atoi: parsing \"1.5\": invalid syntax");
    }
}
