package io.pharos.standalone.cli.amtool;

/// Why a command failed, for the user; exit status 1.
final class AmtoolException extends RuntimeException {
    AmtoolException(String message) {
        super(message);
    }
}
