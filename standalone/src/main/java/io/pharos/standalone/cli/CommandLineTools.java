package io.pharos.standalone.cli;

import io.pharos.runtime.flags.Program;
import io.pharos.standalone.cli.amtool.Amtool;
import io.pharos.standalone.cli.promtool.CheckCommand;
import io.pharos.standalone.cli.promtool.TestCommand;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The tools of the command line, `./pharos <tool> …`: what promtool and amtool do. A new tool is a line in
/// [#root()].
public final class CommandLineTools {
    private static final Set<String> PROGRAMS =
            Arrays.stream(Program.values()).map(Program::word).collect(Collectors.toSet());

    private CommandLineTools() {}

    /// Whether the first word of a command line names a tool rather than a program or a flag.
    public static boolean knows(String word) {
        // A program or a flag is most of what is asked; picocli is not even loaded for it.
        boolean server = word.isEmpty() || word.startsWith("-") || PROGRAMS.contains(word);
        return Amtool.knows(word) || !server && root().getSubcommands().containsKey(word);
    }

    /// Runs a tool and returns its exit status.
    public static int run(List<String> arguments) {
        return Amtool.knows(arguments.getFirst())
                ? Amtool.run(arguments)
                : root().execute(arguments.toArray(String[]::new));
    }

    private static CommandLine root() {
        return new CommandLine(new Root())
                .addSubcommand(new CheckCommand(System.out, System.err))
                .addSubcommand(new TestCommand(System.out, System.err));
    }

    @Command(name = "pharos")
    private record Root() {}
}
