package io.pharos.standalone.cli.amtool;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// A command below [Amtool], whose global flags it asks for. A command that only gathers others says so when it
/// is called itself.
abstract class AmtoolCommand implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec spec;

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "bug: a command that picocli did not fill in");
    }

    final Amtool amtool() {
        return (Amtool) spec().root().userObject();
    }

    /// The command above this one.
    final <T> T parent(Class<T> type) {
        return type.cast(spec().parent().userObject());
    }

    @Override
    public Integer call() throws Exception {
        throw new AmtoolException("must select a subcommand of " + spec().name() + ": "
                + String.join(", ", spec().subcommands().keySet()));
    }
}
