package io.pharos.notifier.http;

import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.FailureReason;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Which statuses are worth another attempt: 5xx always, and some that the service is known for.
public final class StatusRule {
    /// 5xx alone.
    public static final StatusRule SERVER_ERRORS = new StatusRule(Set.of(), HttpReply::text);

    private final Set<Integer> retried;
    private final Function<HttpReply, String> details;

    private StatusRule(Set<Integer> retried, Function<HttpReply, String> details) {
        this.retried = retried;
        this.details = details;
    }

    /// 5xx and `statuses`.
    public static StatusRule alsoRetrying(Integer... statuses) {
        return new StatusRule(Set.of(statuses), HttpReply::text);
    }

    /// The same, with another account of the error than the reply's body.
    public StatusRule explainedBy(Function<HttpReply, String> otherDetails) {
        return new StatusRule(retried, otherDetails);
    }

    /// 2xx is delivered.
    public Attempt judge(HttpReply reply) {
        if (reply.succeeded()) {
            return new Attempt.Delivered(Map.of());
        }
        boolean retry = reply.status() / 100 == 5 || retried.contains(reply.status());
        String detail = details.apply(reply).strip();
        String error = "unexpected status code " + reply.status() + (detail.isEmpty() ? "" : ": " + detail);
        return new Attempt.Failed(retry, FailureReason.ofStatus(reply.status()), error);
    }
}
