package io.pharos.notifier.receiver;

/// Values of `reason` in `alertmanager_notifications_failed_total`.
public enum FailureReason {
    CLIENT_ERROR("clientError"),
    AUTH_ERROR("authError"),
    RATE_LIMITED("rateLimited"),
    SERVER_ERROR("serverError"),
    CANCELED("contextCanceled"),
    DEADLINE("contextDeadlineExceeded"),
    OTHER("other");

    private final String text;

    FailureReason(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /// What a status of HTTP says.
    public static FailureReason ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> AUTH_ERROR;
            case 429 -> RATE_LIMITED;
            default -> status / 100 == 4 ? CLIENT_ERROR : status / 100 == 5 ? SERVER_ERROR : OTHER;
        };
    }
}
