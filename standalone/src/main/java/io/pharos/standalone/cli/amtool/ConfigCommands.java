package io.pharos.standalone.cli.amtool;

import io.pharos.alertmanager.route.Route;
import io.pharos.alertmanager.route.RouteTree;
import io.pharos.model.config.AlertmanagerConfig;
import io.pharos.model.config.ConfigException;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.labels.LabelsBuilder;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/// `config [show]`, `config routes [show]`, `config routes test`.
@Command(
        name = "config",
        description = "View current config.",
        subcommands = {ConfigCommands.Show.class, ConfigCommands.Routes.class})
final class ConfigCommands extends StatusCommand {
    ConfigCommands() {
        super(Output::config);
    }

    @Command(name = "show", description = "View current config.")
    static final class Show extends StatusCommand {
        Show() {
            super(Output::config);
        }
    }

    @Command(
            name = "routes",
            description = "View current routes, or test which receivers labels lead to.",
            subcommands = {ShowRoutes.class, TestRoutes.class})
    static final class Routes extends AmtoolCommand {
        @Option(
                names = "--config.file",
                scope = ScopeType.INHERIT,
                description = "Config file to be tested; beats --alertmanager.url.")
        @Nullable
        String file;

        @Override
        public Integer call() {
            RouteTree tree = tree();
            PrintStream out = amtool().out();
            out.println("Routing tree:");
            out.println(".");
            new RoutePrinter(out).all(tree.root());
            out.println();
            return 0;
        }

        RouteTree tree() {
            try {
                AlertmanagerConfig config;
                if (file != null) {
                    config = new ConfigLoader().alertmanager(Path.of(file)).config();
                } else {
                    try (AmtoolClient client = amtool().client()) {
                        String text =
                                Output.text(client.get("/status", List.of()).path("config"), "original");
                        config = new ConfigLoader().alertmanagerText(text).config();
                    }
                }
                return RouteTree.of(config.root());
            } catch (ConfigException e) {
                throw new AmtoolException(String.valueOf(e.getMessage()));
            }
        }
    }

    @Command(name = "show", description = "View current routes.")
    static final class ShowRoutes extends AmtoolCommand {
        @Override
        public Integer call() {
            return parent(Routes.class).call();
        }
    }

    @Command(name = "test", description = "Test alert routing: print the receivers that labels lead to.")
    static final class TestRoutes extends AmtoolCommand {
        @Option(names = "--verify.receivers", description = "Checks if specified receivers match resolved ones.")
        @Nullable
        String verify;

        @Option(names = "--tree", negatable = true, description = "Prints out matching routes tree.")
        boolean tree;

        @Parameters(arity = "0..*", description = "Labels, name=value.")
        List<String> labels = new ArrayList<>();

        @Override
        public Integer call() {
            RouteTree all = parent(Routes.class).tree();
            PrintStream out = amtool().out();
            var set = new LabelsBuilder();
            amtool().pairs(labels, "label").forEach(set::set);
            List<Route> matched = all.match(set.build());
            if (tree) {
                out.println("Matching routes:");
                out.println(".");
                new RoutePrinter(out).matching(all.root(), matched);
                out.println();
                out.println();
            }
            String receivers =
                    String.join(",", matched.stream().map(Route::receiver).toList());
            out.println(receivers);
            if (verify != null && !verify.isEmpty() && !verify.equals(receivers)) {
                out.println("WARNING: Expected receivers did not match resolved receivers.");
                return 1;
            }
            return 0;
        }
    }
}
