package io.pharos.standalone.cli.amtool;

import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.alert.AlertmanagerFeatures;
import io.pharos.model.alert.MatcherParser;
import io.pharos.model.labels.Matcher;
import io.pharos.model.template.GoTime;
import io.pharos.model.text.GoText;
import io.pharos.standalone.Version;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The commands of amtool: `alert`, `silence`, `check-config`, `config`, `cluster`, `template`. Global flags
/// stand before or after the command; their defaults may come from `$HOME/.config/amtool/config.yml` or
/// `/etc/amtool/config.yml`.
@Command(
        name = "amtool",
        description = "View and modify the current Alertmanager state.",
        mixinStandardHelpOptions = false,
        subcommands = {
            AlertCommands.class,
            SilenceCommands.class,
            CheckConfigCommand.class,
            ClusterCommands.class,
            ConfigCommands.class,
            TemplateCommands.class
        })
public final class Amtool implements Callable<Integer> {
    private static final List<String> DEFAULT_FILES = List.of(
            System.getenv().getOrDefault("HOME", "/nonexistent") + "/.config/amtool/config.yml",
            "/etc/amtool/config.yml");
    // Written out, so that starting a server does not build the commands.
    /// A flag that no program has, so that it may stand before the command.
    private static final String URL_FLAG = "--alertmanager.url";

    private static final Set<String> WORDS =
            Set.of("amtool", "alert", "silence", "check-config", "cluster", "config", "template");
    /// Options of the files that are spelt otherwise than the flag.
    private static final Map<String, String> OLD_NAMES = Map.of("require-comment", "comment_required");

    @Option(names = URL_FLAG, scope = ScopeType.INHERIT, description = "Alertmanager to talk to.")
    String url = "http://localhost:9093/";

    @Option(
            names = {"-o", "--output"},
            scope = ScopeType.INHERIT,
            description = "Output formatter (simple, extended, json).")
    String output = "simple";

    @Option(names = "--date.format", scope = ScopeType.INHERIT, description = "Format of date output.")
    String dateFormat = "2006-01-02 15:04:05 MST";

    @Option(names = "--timeout", scope = ScopeType.INHERIT, description = "Timeout for the executed command.")
    String timeout = "30s";

    @Option(names = "--http.config.file", scope = ScopeType.INHERIT, description = "HTTP client configuration file.")
    @Nullable
    String httpConfigFile;

    @Option(
            names = "--version-check",
            negatable = true,
            scope = ScopeType.INHERIT,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Compare the versions of the command and of the server.")
    boolean versionCheck = true;

    @Option(names = "--enable-feature", scope = ScopeType.INHERIT, description = "Features to enable, comma separated.")
    String features = "";

    @Option(
            names = {"-v", "--verbose"},
            negatable = true,
            scope = ScopeType.INHERIT,
            description = "Verbose running information.")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this text.")
    boolean help;

    private final PrintStream out;
    private final PrintStream err;

    private Amtool(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Whether the word names a command of amtool.
    public static boolean knows(String word) {
        return WORDS.contains(word) || word.equals(URL_FLAG) || word.startsWith(URL_FLAG + "=");
    }

    /// Runs `amtool …`, or one of its commands by itself, and returns the exit status.
    public static int run(List<String> arguments) {
        return run(arguments, System.out, System.err);
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        List<String> own = !arguments.isEmpty() && arguments.getFirst().equals("amtool")
                ? arguments.subList(1, arguments.size())
                : arguments;
        CommandLine line = commandLine(out, err);
        line.setExecutionExceptionHandler((e, _, _) -> {
            err.println("amtool: error: " + (e instanceof AmtoolException ? e.getMessage() : e.toString()));
            return 1;
        });
        line.setParameterExceptionHandler((e, _) -> {
            err.println("amtool: error: " + e.getMessage() + ", try --help");
            return 1;
        });
        return line.execute(withoutHelp(own).toArray(String[]::new));
    }

    /// `help alert add` is `alert add --help`.
    private static List<String> withoutHelp(List<String> arguments) {
        if (arguments.isEmpty() || !arguments.getFirst().equals("help")) {
            return arguments;
        }
        var asked = new ArrayList<>(arguments.subList(1, arguments.size()));
        asked.add("--help");
        return asked;
    }

    private static CommandLine commandLine(PrintStream out, PrintStream err) {
        var line = new CommandLine(new Amtool(out, err));
        // Texts such as `--x` may be arguments of options only where the option takes one.
        line.setUnmatchedOptionsArePositionalParams(false);
        line.setPosixClusteredShortOptionsAllowed(false);
        line.setDefaultValueProvider(defaults());
        return line;
    }

    private static CommandLine.IDefaultValueProvider defaults() {
        Map<String, String> values = readDefaults();
        return argument -> {
            if (!(argument instanceof CommandLine.Model.OptionSpec option)) {
                return null;
            }
            for (String name : option.names()) {
                String key = name.replaceFirst("^-+", "");
                String value = values.get(key);
                if (value == null && OLD_NAMES.containsKey(key)) {
                    value = values.get(OLD_NAMES.get(key));
                }
                if (value != null) {
                    return value;
                }
            }
            return null;
        };
    }

    /// The first of the files that exists.
    private static Map<String, String> readDefaults() {
        for (String name : DEFAULT_FILES) {
            Path file = Path.of(name);
            if (Files.isReadable(file)) {
                try {
                    Object read = new Yaml().load(Files.readString(file));
                    var values = new java.util.HashMap<String, String>();
                    if (read instanceof Map<?, ?> map) {
                        map.forEach((key, value) -> values.put(String.valueOf(key), String.valueOf(value)));
                    }
                    return values;
                } catch (IOException e) {
                    throw new AmtoolException("error loading config file " + file + ": " + e.getMessage());
                }
            }
        }
        return Map.of();
    }

    @Override
    public Integer call() {
        commandLine(out, err).usage(out);
        return 0;
    }

    PrintStream out() {
        return out;
    }

    AmtoolClient client() {
        parser();
        AmtoolClient client = AmtoolClient.open(url, timeout, httpConfigFile);
        if (versionCheck) {
            compareVersions(client);
        }
        return client;
    }

    /// Warns of a server of another version; one that does not tell its own is not spoken of.
    private void compareVersions(AmtoolClient client) {
        String theirs;
        try {
            theirs = client.get("/status", List.of())
                    .path("versionInfo")
                    .path("version")
                    .asString("");
        } catch (RuntimeException _) {
            // The command itself will say what is wrong with the server.
            return;
        }
        String own = Version.read().version();
        if (!theirs.isEmpty() && !majorMinor(theirs).equals(majorMinor(own))) {
            err.println("Warning: this command (Pharos " + own + ") and the alertmanager (" + theirs
                    + ") are of different versions; --no-version-check keeps quiet about it.");
        }
    }

    private static List<String> majorMinor(String version) {
        String[] parts = version.split("[.+-]", -1);
        return List.of(parts).subList(0, Math.min(2, parts.length));
    }

    Output output() {
        return switch (output) {
            case "simple", "extended", "json" -> new Output(out, output, this::date);
            default ->
                throw new AmtoolException("enum value must be one of extended,json,simple, got '" + output + "'");
        };
    }

    private String date(Instant at) {
        return new GoTime(at, ZoneId.systemDefault(), OptionalLong.empty()).format(dateFormat);
    }

    MatcherParser parser() {
        try {
            return new MatcherParser(AlertmanagerFeatures.parse(features).matchers());
        } catch (IllegalArgumentException e) {
            throw new AmtoolException(String.valueOf(e.getMessage()));
        }
    }

    /// The arguments as matchers; a first one that is none is an alert's name.
    List<AlertMatcher> matchers(List<String> arguments) {
        var matchers = new ArrayList<AlertMatcher>();
        for (String argument : named(arguments)) {
            matchers.add(matcher(argument));
        }
        return matchers;
    }

    /// The arguments, the first made a matcher of `alertname` where it is no matcher.
    List<String> named(List<String> arguments) {
        if (arguments.isEmpty()) {
            return arguments;
        }
        try {
            parser().matcher(arguments.getFirst());
            return arguments;
        } catch (IllegalArgumentException _) {
            var named = new ArrayList<>(arguments);
            named.set(0, "alertname=" + GoText.quote(arguments.getFirst()));
            return named;
        }
    }

    AlertMatcher matcher(String text) {
        try {
            return parser().matcher(text);
        } catch (IllegalArgumentException e) {
            throw new AmtoolException(String.valueOf(e.getMessage()));
        }
    }

    /// Arguments of the form name=value.
    Map<String, String> pairs(List<String> arguments, String what) {
        var pairs = new LinkedHashMap<String, String>();
        for (String argument : arguments) {
            AlertMatcher pair = matcher(argument);
            if (pair.type() != Matcher.Type.EQUAL) {
                throw new AmtoolException(what + "s must be specified as key=value pairs");
            }
            pairs.put(pair.name(), pair.value());
        }
        return pairs;
    }
}
