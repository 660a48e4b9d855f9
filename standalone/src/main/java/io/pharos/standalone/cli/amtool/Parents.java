package io.pharos.standalone.cli.amtool;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What picocli fills in before a command is called.
final class Parents {
    private Parents() {}

    static <T> T of(@Nullable T parent) {
        return Objects.requireNonNull(parent, "bug: a command without its parent");
    }
}
