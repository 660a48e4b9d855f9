package io.pharos.notifier.receiver;

import java.util.Map;

/// What came of one attempt.
public sealed interface Attempt {
    /// It arrived; `receiverData` is for the group's next notification.
    record Delivered(Map<String, String> receiverData) implements Attempt {
        public Delivered {
            receiverData = Map.copyOf(receiverData);
        }
    }

    /// It did not.
    ///
    /// @param retry whether another attempt may go better
    /// @param error shown to users: no secrets in it
    record Failed(boolean retry, FailureReason reason, String error) implements Attempt {
        /// The same, told with what it was about.
        public Failed about(String what) {
            return new Failed(retry, reason, what + ": " + error);
        }
    }

    static Attempt delivered() {
        return new Delivered(Map.of());
    }

    /// Never to be tried again.
    static Failed refused(String error) {
        return new Failed(false, FailureReason.OTHER, error);
    }

    /// Worth another attempt.
    static Failed failed(String error) {
        return new Failed(true, FailureReason.OTHER, error);
    }
}
