package io.pharos.standalone.cli.amtool;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/// `cluster [show]`.
@Command(name = "cluster", description = "View cluster status and peers.", subcommands = ClusterCommands.Show.class)
final class ClusterCommands implements Callable<Integer> {
    @ParentCommand
    @Nullable
    Amtool amtool;

    @Override
    public Integer call() {
        Amtool root = Parents.of(amtool);
        Output output = root.output();
        try (AmtoolClient client = root.client()) {
            output.cluster(client.get("/status", List.of()));
        }
        return 0;
    }

    @Command(name = "show", description = "View cluster status and peers.")
    static final class Show implements Callable<Integer> {
        @ParentCommand
        @Nullable
        ClusterCommands parent;

        @Override
        public Integer call() {
            return Parents.of(parent).call();
        }
    }
}
