package io.pharos.runtime.flags;

/// A command line that can't be understood, in the words of kingpin, which Prometheus uses. To be printed with the
/// usage; exit status 2.
public final class FlagException extends RuntimeException {
    FlagException(String message) {
        super(message);
    }
}
