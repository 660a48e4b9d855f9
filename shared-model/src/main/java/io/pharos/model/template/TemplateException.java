package io.pharos.model.template;

/// A template that does not parse, or fails while it runs; the message is Go's.
public final class TemplateException extends RuntimeException {
    private final String printed;

    public TemplateException(String message) {
        this(message, "");
    }

    TemplateException(String message, String printed) {
        super(message, null, false, false);
        this.printed = printed;
    }

    /// What was printed before it failed.
    public String printed() {
        return printed;
    }

    /// The message, never null.
    public String text() {
        String message = getMessage();
        return message == null ? "template failed" : message;
    }
}
