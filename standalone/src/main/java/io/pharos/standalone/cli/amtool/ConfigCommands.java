package io.pharos.standalone.cli.amtool;

import io.pharos.alertmanager.route.Route;
import io.pharos.alertmanager.route.RouteTree;
import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.config.AlertmanagerConfig;
import io.pharos.model.config.ConfigException;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.labels.Matcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;

/// `config [show]`, `config routes [show]`, `config routes test`.
@Command(
        name = "config",
        description = "View current config.",
        subcommands = {ConfigCommands.Show.class, ConfigCommands.Routes.class})
final class ConfigCommands implements Callable<Integer> {
    @ParentCommand
    @Nullable
    Amtool amtool;

    Amtool root() {
        return Parents.of(amtool);
    }

    @Override
    public Integer call() {
        Output output = root().output();
        try (AmtoolClient client = root().client()) {
            output.config(client.get("/status", List.of()));
        }
        return 0;
    }

    @Command(name = "show", description = "View current config.")
    static final class Show implements Callable<Integer> {
        @ParentCommand
        @Nullable
        ConfigCommands parent;

        @Override
        public Integer call() {
            return Parents.of(parent).call();
        }
    }

    @Command(
            name = "routes",
            description = "View current routes, or test which receivers labels lead to.",
            subcommands = {Routes.ShowRoutes.class, Routes.Test.class})
    static final class Routes implements Callable<Integer> {
        @ParentCommand
        @Nullable
        ConfigCommands parent;

        @Option(
                names = "--config.file",
                scope = ScopeType.INHERIT,
                description = "Config file to be tested; beats --alertmanager.url.")
        @Nullable
        String file;

        @Override
        public Integer call() {
            RouteTree tree = tree();
            Amtool root = Parents.of(parent).root();
            root.out().println("Routing tree:");
            root.out().println(".");
            new RoutePrinter(root.out()).all(tree.root());
            root.out().println();
            return 0;
        }

        Amtool root() {
            return Parents.of(parent).root();
        }

        RouteTree tree() {
            try {
                AlertmanagerConfig config;
                if (file != null) {
                    config = new ConfigLoader().alertmanager(Path.of(file)).config();
                } else {
                    try (AmtoolClient client = root().client()) {
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

        @Command(name = "show", description = "View current routes.")
        static final class ShowRoutes implements Callable<Integer> {
            @ParentCommand
            @Nullable
            Routes parent;

            @Override
            public Integer call() {
                return Parents.of(parent).call();
            }
        }

        @Command(name = "test", description = "Test alert routing: print the receivers that labels lead to.")
        static final class Test implements Callable<Integer> {
            @ParentCommand
            @Nullable
            Routes parent;

            @Option(names = "--verify.receivers", description = "Checks if specified receivers match resolved ones.")
            @Nullable
            String verify;

            @Option(names = "--tree", negatable = true, description = "Prints out matching routes tree.")
            boolean tree;

            @Parameters(arity = "0..*", description = "Labels, name=value.")
            List<String> labels = new ArrayList<>();

            @Override
            public Integer call() {
                Routes routes = Parents.of(parent);
                Amtool amtool = routes.root();
                RouteTree all = routes.tree();
                var builder = new LabelsBuilder();
                for (String label : labels) {
                    AlertMatcher matcher = amtool.matcher(label);
                    if (matcher.type() != Matcher.Type.EQUAL) {
                        throw new AmtoolException("labels must be specified as key=value pairs");
                    }
                    builder.set(matcher.name(), matcher.value());
                }
                Labels set = builder.build();
                List<Route> matched = all.match(set);
                if (tree) {
                    amtool.out().println("Matching routes:");
                    amtool.out().println(".");
                    new RoutePrinter(amtool.out()).matching(all.root(), matched);
                    amtool.out().println();
                    amtool.out().println();
                }
                String receivers =
                        String.join(",", matched.stream().map(Route::receiver).toList());
                amtool.out().println(receivers);
                if (verify != null && !verify.isEmpty() && !verify.equals(receivers)) {
                    System.err.println("WARNING: Expected receivers did not match resolved receivers.");
                    return 1;
                }
                return 0;
            }
        }
    }
}
