package io.pharos.standalone;

import io.pharos.runtime.flags.FlagException;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.flags.Program;
import io.pharos.runtime.server.Launcher;
import io.pharos.standalone.cli.CommandLineTools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.context.ConfigurableApplicationContext;

/// The one main class: `pharos [program] [flags]`, or one of the command line tools.
public final class Pharos {
    private Pharos() {}

    public static void main(String[] arguments) {
        int status = run(List.of(arguments));
        if (status >= 0) {
            System.exit(status);
        }
    }

    /// Exit status, or −1 where a server was started that goes on.
    private static int run(List<String> arguments) {
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        if (arguments.equals(List.of("amtool", "--version"))) {
            System.out.println(Version.read().text().replaceFirst("^pharos", "amtool"));
            return 0;
        }
        if (CommandLineTools.knows(first)) {
            return CommandLineTools.run(arguments);
        }
        Program program = program(first);
        List<String> rest = program == Program.STANDALONE ? arguments : arguments.subList(1, arguments.size());
        if (rest.contains("--version")) {
            System.out.println(Version.read().text());
            return 0;
        }
        if (rest.contains("--help") || rest.contains("-h")) {
            System.out.print(Flags.help(program));
            return 0;
        }
        try {
            start(program, rest);
            // An alertmanager reads them again with its first notifications.
            if (program != Program.ALERTMANAGER && program != Program.NOTIFIER) {
                StartPages.giveBackLater();
            }
            return -1;
        } catch (FlagException e) {
            System.err.println("Error parsing command line arguments: " + e.getMessage() + ", try --help");
            return 2;
        } catch (IOException | RuntimeException e) {
            System.err.println("pharos: " + reason(e));
            return 1;
        }
    }

    /// Starts a program and returns its context.
    static ConfigurableApplicationContext start(Program program, List<String> arguments) throws IOException {
        Flags flags = Flags.parse(program, arguments);
        if (program == Program.STANDALONE) {
            flags = new Defaults(Path.of(System.getProperty("pharos.home", "."))).complete(flags);
        }
        return Launcher.start(flags, Composition.of(flags));
    }

    private static Program program(String word) {
        for (Program program : Program.values()) {
            if (program != Program.STANDALONE && program.word().equals(word)) {
                return program;
            }
        }
        return Program.STANDALONE;
    }

    /// The messages of the causes, innermost last, without Spring's wrapping.
    private static String reason(Throwable failure) {
        var messages = new ArrayList<String>();
        for (Throwable t = failure; t != null && messages.size() < 8; t = t.getCause()) {
            if (!t.getClass().getName().startsWith("org.springframework.beans") && t.getMessage() != null) {
                messages.add(t.getMessage());
            }
        }
        return messages.isEmpty() ? failure.getClass().getSimpleName().toLowerCase(Locale.ROOT) : messages.getLast();
    }
}
