package io.pharos.model.config;

import io.pharos.model.alert.MatcherParser;
import io.pharos.model.text.GoText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.representer.Representer;

/// Reads configuration files. Immutable, thread-safe. Fails with [ConfigException].
///
/// @param skipUnsupported whether sections that are not built are left out with a warning rather than refused
/// @param environment variables for `external_labels`
/// @param matchers grammar of Alertmanager's matchers
public record ConfigLoader(
        boolean skipUnsupported, Function<String, @Nullable String> environment, MatcherParser matchers) {
    /// No file is longer.
    private static final int MOST_CHARACTERS = 64 << 20;

    /// With this process' environment; unbuilt sections are refused.
    public ConfigLoader() {
        this(false, System::getenv, MatcherParser.FALLBACK);
    }

    public ConfigLoader(boolean skipUnsupported) {
        this(skipUnsupported, System::getenv, MatcherParser.FALLBACK);
    }

    /// Reads `prometheus.yml` and the files of `scrape_config_files`; rule files are left to [#rules].
    public Loaded<PrometheusConfig> prometheus(Path file) {
        String text = read(file);
        var files = new ArrayList<>(List.of(file));
        var unbuilt = new UnbuiltSections(skipUnsupported);
        var variables = new Environment(environment);
        PrometheusConfig config = prometheus(file.toString(), text, folder(file), unbuilt, variables);
        var jobs = new ArrayList<ScrapeConfig>();
        for (String pattern : config.scrapeConfigFiles()) {
            for (Path path : find(file.toString(), pattern)) {
                files.add(path);
                var binder = new Binder(path.toString(), folder(path), unbuilt, variables, matchers);
                binder.inherit((type, _) ->
                        type == ScrapeConfig.class ? PrometheusConfig.inherited(config.global()) : java.util.Map.of());
                jobs.addAll(binder.bind(compose(path.toString(), read(path)), ScrapeFile.class, "")
                        .scrapeConfigs());
            }
        }
        PrometheusConfig whole;
        try {
            whole = config.withJobsOfFiles(jobs);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(file.toString(), 0, 0, String.valueOf(e.getMessage()));
        }
        List<String> warnings = variables.unset().stream()
                .map(name -> "Empty environment variable " + name)
                .toList();
        return new Loaded<>(whole, text, files, warnings, unbuilt.skipped());
    }

    /// As [#prometheus(Path)] for a text that is no file: relative paths stay as they are.
    public PrometheusConfig prometheusText(String text) {
        return prometheus(
                "prometheus.yml", text, null, new UnbuiltSections(skipUnsupported), new Environment(environment));
    }

    private record ScrapeFile(
            @Key(nullItem = "empty or null scrape config section")
            List<ScrapeConfig> scrapeConfigs) {}

    private PrometheusConfig prometheus(
            String name, String text, @Nullable Path folder, UnbuiltSections unbuilt, Environment variables) {
        Node root = compose(name, text);
        var first = new Binder(name, folder, unbuilt, new Environment(_ -> ""), matchers);
        var binder = new Binder(name, folder, unbuilt, variables, matchers);
        GlobalConfig global = first.bind(first.child(root, "global"), GlobalConfig.class, "global");
        binder.inherit(
                (type, _) -> type == ScrapeConfig.class ? PrometheusConfig.inherited(global) : java.util.Map.of());
        PrometheusConfig config = binder.bind(root, PrometheusConfig.class, "");
        for (String key : UnbuiltSections.READ_ONLY) {
            if (first.child(root, key) instanceof SequenceNode section
                    && !section.getValue().isEmpty()) {
                unbuilt.refuse(key, name, section);
            }
        }
        return config;
    }

    /// Reads `alertmanager.yml`.
    public Loaded<AlertmanagerConfig> alertmanager(Path file) {
        return alertmanager(file.toString(), read(file), folder(file), List.of(file));
    }

    /// As [#alertmanager(Path)] for a text that is no file: relative paths stay as they are.
    public Loaded<AlertmanagerConfig> alertmanagerText(String text) {
        return alertmanager("alertmanager.yml", text, null, List.of());
    }

    private Loaded<AlertmanagerConfig> alertmanager(String name, String text, @Nullable Path folder, List<Path> files) {
        Node root = compose(name, text);
        if (root == null) {
            throw new ConfigException(name, 0, 0, "no route provided in config");
        }
        var unbuilt = new UnbuiltSections(skipUnsupported);
        var first = new Binder(name, folder, new UnbuiltSections(true), new Environment(environment), matchers);
        var binder = new Binder(name, folder, unbuilt, new Environment(environment), matchers);
        AlertmanagerGlobal global = first.bind(first.child(root, "global"), AlertmanagerGlobal.class, "global");
        binder.inherit((type, given) -> AlertmanagerConfig.inherited(global, type, given));
        AlertmanagerConfig config = binder.bind(root, AlertmanagerConfig.class, "");
        return new Loaded<>(config, text, files, binder.warnings(), unbuilt.skipped());
    }

    /// Reads the rule files that a configuration names; a pattern that matches nothing gives none.
    public List<RuleFile> rules(PrometheusConfig config) {
        var rules = new ArrayList<RuleFile>();
        for (String pattern : config.ruleFiles()) {
            for (Path path : find("rule_files", pattern)) {
                rules.add(rules(path));
            }
        }
        return List.copyOf(rules);
    }

    /// Reads one rule file.
    public RuleFile rules(Path file) {
        return rules(file.toString(), read(file));
    }

    /// Reads a rule file's text; `name` stands in errors and in [RuleFile#path()].
    public RuleFile rules(String name, String text) {
        var binder = new Binder(name, null, new UnbuiltSections(false), new Environment(_ -> ""), matchers);
        return new RuleFile(
                name, binder.bind(compose(name, text), RuleFile.class, "").groups());
    }

    /// Reads groups of targets, as a file of `file_sd_configs` holds them: YAML or JSON.
    public List<StaticConfig> targets(String name, String text) {
        Node root = compose(name, text);
        if (root == null) {
            return List.of();
        }
        return new Binder(name, null, new UnbuiltSections(false), new Environment(_ -> ""), matchers)
                .bindList(root, StaticConfig.class);
    }

    /// Reads a file of another kind into a record whose components are of the types that configuration has; see
    /// [Key].
    public <R extends Record> R read(Path file, Class<R> type) {
        var binder = new Binder(
                file.toString(),
                folder(file),
                new UnbuiltSections(skipUnsupported),
                new Environment(_ -> ""),
                matchers);
        return binder.bind(compose(file.toString(), read(file)), type, "");
    }

    /// Files that a pattern of a configuration finds, sorted.
    public static List<Path> find(String what, String pattern) {
        try {
            return Globs.find(pattern);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "",
                    0,
                    0,
                    "error retrieving files for " + GoText.quote(pattern) + " of " + what + ": " + e.getMessage());
        }
    }

    /// A configuration as `/api/v1/status/config` shows it: defaults filled in, secrets hidden.
    public static String print(Record config) {
        return YamlPrinter.print(config);
    }

    private static Path folder(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            throw new ConfigException("", 0, 0, "open " + file + ": no such file or directory");
        } catch (IOException e) {
            throw new ConfigException("", 0, 0, "read " + file + ": " + e.getMessage());
        }
    }

    /// The first document's root, null where the text holds none. Later documents are not looked at, as in Go.
    private static @Nullable Node compose(String name, String text) {
        var options = new LoaderOptions();
        options.setCodePointLimit(MOST_CHARACTERS);
        options.setMaxAliasesForCollections(Integer.MAX_VALUE);
        options.setNestingDepthLimit(200);
        var dumping = new DumperOptions();
        var yaml = new Yaml(new SafeConstructor(options), new Representer(dumping), dumping, options);
        try {
            Iterator<Node> documents =
                    yaml.composeAll(new java.io.StringReader(text)).iterator();
            return documents.hasNext() ? documents.next() : null;
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            String problem = String.valueOf(e.getProblem());
            throw mark == null
                    ? new ConfigException(name, 0, 0, "yaml: " + problem)
                    : new ConfigException(name, mark.getLine() + 1, mark.getColumn() + 1, "yaml: " + problem);
        } catch (YAMLException e) {
            throw new ConfigException(name, 0, 0, "yaml: " + e.getMessage());
        }
    }
}
