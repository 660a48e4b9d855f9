package io.pharos.notifier.receiver;

import io.pharos.notifier.render.Letter;

/// One integration of a receiver, ready to send. Thread-safe; blocking; interruptible.
@FunctionalInterface
public interface Sender {
    /// One attempt. [io.pharos.model.template.TemplateException] is a failure that is not worth another one.
    Attempt send(Letter letter) throws InterruptedException;
}
