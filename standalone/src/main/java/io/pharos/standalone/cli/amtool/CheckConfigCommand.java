package io.pharos.standalone.cli.amtool;

import io.pharos.model.alert.AlertmanagerFeatures;
import io.pharos.model.alert.MatcherParser;
import io.pharos.model.config.AlertmanagerConfig;
import io.pharos.model.config.ConfigException;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.template.NotificationTemplates;
import io.pharos.model.template.TemplateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `check-config`: whether files of `alertmanager.yml` and their templates can be loaded.
@Command(name = "check-config", description = "Validate alertmanager config files.")
final class CheckConfigCommand extends AmtoolCommand {
    @Parameters(arity = "0..*", description = "Files to be validated; standard input where there are none.")
    List<String> files = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        Amtool root = amtool();
        for (String file : files) {
            if (!Files.exists(Path.of(file))) {
                throw new AmtoolException("path '" + file + "' does not exist");
            }
        }
        var loader = new ConfigLoader(
                false,
                System::getenv,
                new MatcherParser(AlertmanagerFeatures.parse(root.features).matchers()));
        int failed = 0;
        if (files.isEmpty()) {
            String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            failed += check(
                    root, "/dev/stdin", () -> loader.alertmanagerText(text).config());
        }
        for (String file : files) {
            failed += check(root, file, () -> loader.alertmanager(Path.of(file)).config());
        }
        if (failed > 0) {
            throw new AmtoolException("failed to validate " + failed + " file(s)");
        }
        return 0;
    }

    private interface Loading {
        AlertmanagerConfig load();
    }

    private static int check(Amtool root, String name, Loading loading) {
        root.out().print("Checking '" + name + "'");
        AlertmanagerConfig config;
        var templates = new ArrayList<Path>();
        try {
            config = loading.load();
            for (String glob : config.templates()) {
                templates.addAll(ConfigLoader.find("templates", glob));
            }
        } catch (ConfigException e) {
            root.out().println("  FAILED: " + e.getMessage() + "\n");
            return 1;
        }
        root.out().println("  SUCCESS");
        root.out().println("Found:");
        root.out().println(" - global config");
        root.out().println(" - route");
        root.out().println(" - " + config.inhibitRules().size() + " inhibit rules");
        root.out().println(" - " + config.receivers().size() + " receivers");
        root.out().println(" - " + config.templates().size() + " templates");
        int failed = 0;
        if (!templates.isEmpty()) {
            try {
                NotificationTemplates.load(templates, InstantSource.system());
                root.out().println("  SUCCESS");
            } catch (TemplateException e) {
                root.out().println("  FAILED: " + e.getMessage());
                failed = 1;
            }
        }
        root.out().println();
        return failed;
    }
}
