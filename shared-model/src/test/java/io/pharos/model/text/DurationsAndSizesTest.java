package io.pharos.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DurationsAndSizesTest {
    @Test
    void prometheusDurationsHaveUnitsInOrder() {
        assertThat(PromDuration.parse("1h30m")).isEqualTo(5_400_000);
        assertThat(PromDuration.parse("1y2w3d4h5m6s7ms"))
                .isEqualTo(((365 + 14 + 3) * 24L + 4) * 3_600_000 + 5 * 60_000 + 6_007);
        assertThat(PromDuration.parse("0")).isZero();
        assertThatThrownBy(() -> PromDuration.parse("")).hasMessage("empty duration string");
        assertThatThrownBy(() -> PromDuration.parse("5")).hasMessage("not a valid duration string: \"5\"");
        assertThatThrownBy(() -> PromDuration.parse("1s1m")).hasMessage("not a valid duration string: \"1s1m\"");
        assertThatThrownBy(() -> PromDuration.parse("1.5h")).hasMessage("unknown unit \".\" in duration \"1.5h\"");
        assertThatThrownBy(() -> PromDuration.parse("300y")).hasMessage("duration out of range");
    }

    @Test
    void whatIsPrintedReadsBack() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            long ms = random.nextLong(1L << random.nextInt(1, 43));
            assertThat(PromDuration.parse(GoText.promDuration(ms)))
                    .as("seed %d", seed)
                    .isEqualTo(ms);
            long nanos = random.nextLong(1L << random.nextInt(1, 62));
            assertThat(GoDuration.parse(GoText.duration(nanos)))
                    .as("seed %d", seed)
                    .isEqualTo(nanos);
            long bytes = random.nextLong(1L << random.nextInt(1, 62));
            assertThat(ByteSize.parse(ByteSize.print(bytes)))
                    .as("seed %d", seed)
                    .isEqualTo(bytes);
        }
    }

    @Test
    void goDurationsHaveFractionsAndNoDays() {
        assertThat(GoDuration.parse("1.5h")).isEqualTo(5_400_000_000_000L);
        assertThat(GoDuration.parse("-1m30s")).isEqualTo(-90_000_000_000L);
        assertThatThrownBy(() -> GoDuration.parse("5d")).hasMessage("time: unknown unit \"d\" in duration \"5d\"");
        assertThatThrownBy(() -> GoDuration.parse("5")).hasMessage("time: missing unit in duration \"5\"");
        assertThatThrownBy(() -> GoDuration.parse("soon")).hasMessage("time: invalid duration \"soon\"");
    }

    @Test
    void sizesAreOfBaseTwoAndNeedAUnit() {
        assertThat(ByteSize.parse("1.5MB")).isEqualTo(1_572_864);
        assertThat(ByteSize.parse("1GiB")).isEqualTo(1 << 30);
        assertThat(ByteSize.print(1_572_864)).isEqualTo("1MiB512KiB");
        assertThatThrownBy(() -> ByteSize.parse("5")).hasMessage("units: unknown unit  in 5");
        assertThatThrownBy(() -> ByteSize.parse("10 potatoes"))
                .hasMessage("units: unknown unit  potatoes in 10 potatoes");
    }
}
