package io.pharos.model.template;

/// A template that does not parse, or fails while it runs; the message is Go's.
public final class TemplateException extends RuntimeException {
    public TemplateException(String message) {
        super(message, null, false, false);
    }

    /// The message, never null.
    public String text() {
        String message = getMessage();
        return message == null ? "template failed" : message;
    }
}
