package io.pharos.standalone.cli.amtool;

import picocli.CommandLine.Command;

/// `cluster [show]`.
@Command(name = "cluster", description = "View cluster status and peers.", subcommands = ClusterCommands.Show.class)
final class ClusterCommands extends StatusCommand {
    ClusterCommands() {
        super(Output::cluster);
    }

    @Command(name = "show", description = "View cluster status and peers.")
    static final class Show extends StatusCommand {
        Show() {
            super(Output::cluster);
        }
    }
}
