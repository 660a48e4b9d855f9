package io.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a remote adapter of any port must do when the way to its peer, or the peer, fails: never take a half answer for
/// a whole one, end in time, and be well again by itself. A test of an adapter extends this and puts a [FaultyProxy]
/// between it and a real peer. The adapter gives up on a peer that does not answer within a second or two.
public abstract class RemoteFaultsContract {
    /// The way to the peer.
    protected abstract FaultyProxy way();

    /// One call of the port, which deals with `name`. Returns once it succeeded.
    ///
    /// @throws ApiException `UNAVAILABLE` where it did not
    protected abstract void call(String name);

    /// How often the call for `name` took effect, or its answer had what was asked for.
    protected abstract int effects(String name);

    /// Ends the peer in order and starts it again with the same data, on another port.
    protected abstract void restartPeer();

    private static void isUnavailable(Throwable thrown) {
        assertThat(thrown).isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.error())
                .isEqualTo(ApiError.UNAVAILABLE));
    }

    @Test
    void anAnswerThatIsCutIsNoAnswer() {
        call("warm-up");
        long before = way().answerBytes();
        call("whole");
        long whole = way().answerBytes() - before;
        for (long bytes : List.of(0L, whole / 2, whole - 3)) {
            String name = "cut" + bytes;
            way().cutAnswersAfter(bytes);
            assertThatThrownBy(() -> call(name)).satisfies(RemoteFaultsContract::isUnavailable);
            way().heal();
            call(name);
            assertThat(effects(name)).isEqualTo(1);
        }
    }

    @Test
    void aRequestThatIsCutHalfWayDoesNothing() {
        call("warm-up");
        long before = way().requestBytes();
        call("whole");
        way().cutRequestsAfter(way().requestBytes() - before - 10);
        assertThatThrownBy(() -> call("cut")).satisfies(RemoteFaultsContract::isUnavailable);
        assertThat(effects("cut")).isZero();
        way().heal();
        call("cut");
        assertThat(effects("cut")).isEqualTo(1);
    }

    @Test
    void aSlowPeerIsWaitedFor() {
        way().slow(40);
        call("slow");
        assertThat(effects("slow")).isEqualTo(1);
    }

    @Test
    void aPeerThatDoesNotAnswerIsGivenUp() {
        way().hold();
        assertThatThrownBy(() -> call("held")).satisfies(RemoteFaultsContract::isUnavailable);
        way().heal();
        call("held");
        assertThat(effects("held")).isEqualTo(1);
    }

    @Test
    void aRestartBetweenCallsGoesUnnoticed() {
        call("before");
        restartPeer();
        call("after");
        assertThat(effects("after")).isEqualTo(1);
    }
}
