package io.pharos.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.discovery.TargetBoard.Telling;
import io.pharos.model.labels.Labels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetBoardTest {
    private final TargetBoard<String> board = new TargetBoard<>(5000);

    private static TargetGroup group(String source, String address) {
        return new TargetGroup(source, List.of(Labels.of("__address__", address)), Labels.EMPTY);
    }

    @Test
    void aPoolIsToldAtOnceAndThenAfterGapsThatGrowWhileChangesGoOn() {
        board.apply(Map.of("job", List.of("file")));
        assertThat(board.due(0)).isEmpty();
        board.found("file", List.of(group("a", "x:1")));
        assertThat(board.due(100)).containsExactly(new Telling("job", List.of(group("a", "x:1"))));
        board.found("file", List.of(group("b", "y:1")));
        assertThat(board.due(150)).isEmpty();
        assertThat(board.wakeAtMs()).hasValue(200);
        assertThat(board.due(200)).containsExactly(new Telling("job", List.of(group("a", "x:1"), group("b", "y:1"))));
        assertThat(board.wakeAtMs()).isEmpty();
        long now = 200;
        long gap = 0;
        for (int change = 0; change < 20; change++) {
            board.found("file", List.of(group("b", "y:" + change)));
            long next = board.wakeAtMs().orElseThrow();
            assertThat(next - now).isGreaterThanOrEqualTo(gap).isLessThanOrEqualTo(5000);
            gap = next - now;
            now = next;
            assertThat(board.due(now)).hasSize(1);
        }
        assertThat(gap).isEqualTo(5000);
        board.found("file", List.of(group("b", "z:1")));
        assertThat(board.due(now + 5001)).hasSize(1);
        board.found("file", List.of(group("b", "z:2")));
        assertThat(board.wakeAtMs())
                .as("after a quiet time the gap is short again")
                .hasValue(now + 5101);
    }

    @Test
    void aGroupWithoutTargetsTakesItsSourceAway() {
        board.apply(Map.of("job", List.of("file")));
        board.found("file", List.of(group("a", "x:1"), group("b", "y:1")));
        board.found("file", List.of(TargetGroup.gone("a")));
        assertThat(board.due(0)).containsExactly(new Telling("job", List.of(group("b", "y:1"))));
    }

    @Test
    void aReloadKeepsWhatUnchangedSourcesFoundAndTellsAllPools() {
        board.apply(Map.of("one", List.of("file"), "two", List.of("dns")));
        board.found("file", List.of(group("a", "x:1")));
        board.found("dns", List.of(group("b", "y:1")));
        assertThat(board.due(0)).hasSize(2);
        board.apply(Map.of("one", List.of("file"), "two", List.of("file")));
        assertThat(board.due(1))
                .containsExactlyInAnyOrder(
                        new Telling("one", List.of(group("a", "x:1"))), new Telling("two", List.of(group("a", "x:1"))));
        board.found("dns", List.of(group("b", "z:1")));
        assertThat(board.wakeAtMs()).isEmpty();
    }

    @Test
    void aPoolWithoutSourcesIsToldThatThereIsNothing() {
        board.apply(Map.of("job", List.of()));
        assertThat(board.due(0)).containsExactly(new Telling("job", List.of()));
    }

    @Test
    void aPoolWhoseSourceFoundNothingIsToldSo() {
        board.apply(Map.of("job", List.of("file")));
        board.found("file", List.of());
        assertThat(board.due(0)).containsExactly(new Telling("job", List.of()));
    }
}
