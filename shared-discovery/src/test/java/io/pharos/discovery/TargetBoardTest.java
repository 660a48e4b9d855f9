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
    void aPoolIsToldAtOnceAndThenAtMostOncePerDebounceTime() {
        board.apply(Map.of("job", List.of("file")));
        assertThat(board.due(0)).isEmpty();
        board.found("file", List.of(group("a", "x:1")));
        assertThat(board.due(100)).containsExactly(new Telling("job", List.of(group("a", "x:1"))));
        board.found("file", List.of(group("b", "y:1")));
        assertThat(board.due(200)).isEmpty();
        assertThat(board.wakeAtMs()).hasValue(5100);
        assertThat(board.due(5100)).containsExactly(new Telling("job", List.of(group("a", "x:1"), group("b", "y:1"))));
        assertThat(board.wakeAtMs()).isEmpty();
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
