package io.pharos.model.labels;

/// A regular expression that RE2 does not accept. The message is Go's: `` error parsing regexp: missing closing ]: `[`
/// ``.
public final class BadRegexException extends IllegalArgumentException {
    public BadRegexException(String message) {
        super(message);
    }
}
