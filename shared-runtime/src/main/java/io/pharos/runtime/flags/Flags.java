package io.pharos.runtime.flags;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The values of a program's flags. Immutable, thread-safe.
///
/// Getters take the name without dashes. Code of Alertmanager asks [#alertmanager()], which knows its flags by
/// their own names whether they are prefixed (`standalone`) or not. Asking for a flag the program does not have is
/// a bug and fails.
public final class Flags {
    private final Program program;
    private final Map<String, Flag> table;
    private final Map<String, List<String>> given;
    private final String prefix;

    private Flags(Program program, Map<String, Flag> table, Map<String, List<String>> given, String prefix) {
        this.program = program;
        this.table = table;
        this.given = given;
        this.prefix = prefix;
    }

    /// Reads arguments: `--x=1`, `--x 1`, switches as `--x`, `--no-x`, `--x=true`.
    ///
    /// @throws FlagException in kingpin's words when they can't be understood
    public static Flags parse(Program program, List<String> arguments) {
        Map<String, Flag> table = FlagTable.of(program);
        var given = new HashMap<String, List<String>>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                throw new FlagException(
                        argument.startsWith("-") && argument.length() > 1
                                ? "unknown short flag '" + argument.substring(0, 2) + "'"
                                : "unexpected " + argument);
            }
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument.substring(2) : argument.substring(2, equals);
            Flag flag = table.get(name);
            boolean negated = false;
            if (flag == null && name.startsWith("no-")) {
                flag = table.get(name.substring(3));
                negated = true;
            }
            if (flag == null || negated && !flag.isSwitch()) {
                throw unknown(program, name);
            }
            String value;
            if (flag.isSwitch()) {
                String word = equals < 0 ? "true" : argument.substring(equals + 1);
                if (negated && equals >= 0 || !word.equals("true") && !word.equals("false")) {
                    throw new FlagException("unexpected " + word);
                }
                value = negated ? "false" : word;
            } else if (equals >= 0) {
                value = argument.substring(equals + 1);
            } else if (i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("--")) {
                value = arguments.get(++i);
            } else {
                throw new FlagException("expected argument for flag '--" + name + "'");
            }
            try {
                flag.type().check(value);
            } catch (IllegalArgumentException e) {
                throw new FlagException(String.valueOf(e.getMessage()));
            }
            List<String> values = given.computeIfAbsent(flag.name(), _ -> new ArrayList<>());
            if (!values.isEmpty() && !flag.repeatable()) {
                throw new FlagException("flag '" + flag.name() + "' cannot be repeated");
            }
            values.add(value);
        }
        given.replaceAll((_, values) -> List.copyOf(values));
        var flags = new Flags(program, table, Map.copyOf(given), "");
        if (!flags.enabled("pharos.skip-unsupported")) {
            given.forEach((name, values) -> {
                boolean on = !values.getLast().isEmpty() && !values.getLast().equals("false");
                if (on && FlagTable.UNBUILT.contains(name)) {
                    throw new FlagException(
                            "--" + name + " is not built yet; leave it out, or start with --pharos.skip-unsupported");
                }
            });
        }
        return flags;
    }

    private static FlagException unknown(Program program, String name) {
        List<String> near = FlagTable.near(program, name);
        String hint = near.isEmpty() ? "" : "; did you mean --" + String.join(", --", near) + "?";
        return new FlagException("unknown long flag '--" + name + "'" + hint);
    }

    /// Flags that were given and have no effect: to be warned of.
    public List<String> withoutEffect() {
        return given.keySet().stream()
                .filter(name -> {
                    boolean prefixed = name.startsWith(FlagTable.ALERTMANAGER_PREFIX);
                    String own = prefixed ? name.substring(FlagTable.ALERTMANAGER_PREFIX.length()) : name;
                    return FlagTable.WITHOUT_EFFECT.contains(own) || FlagTable.UNBUILT.contains(own);
                })
                .sorted()
                .toList();
    }

    public Program program() {
        return program;
    }

    /// These flags by Alertmanager's own names: `config.file` is that of `alertmanager.yml`. A flag that is not
    /// prefixed in `standalone`, such as `web.route-prefix`, is the shared one.
    public Flags alertmanager() {
        return new Flags(program, table, given, program.isOfAlertmanager() ? "" : FlagTable.ALERTMANAGER_PREFIX);
    }

    private Flag flag(String name) {
        Flag flag = prefix.isEmpty() ? null : table.get(prefix + name);
        if (flag == null) {
            flag = table.get(name);
        }
        if (flag == null) {
            throw new IllegalArgumentException("bug: " + program.word() + " has no flag --" + name);
        }
        return flag;
    }

    /// Whether the program has this flag at all.
    public boolean has(String name) {
        return table.containsKey(name) || table.containsKey(prefix + name);
    }

    /// These flags with other defaults: name to value. What the command line gives stays.
    public Flags assuming(Map<String, String> defaults) {
        var other = new LinkedHashMap<>(table);
        defaults.forEach((name, value) -> {
            Flag flag = flag(name);
            other.put(
                    name,
                    new Flag(
                            flag.name(),
                            flag.owners(),
                            flag.type(),
                            List.of(value),
                            flag.repeatable(),
                            flag.hidden(),
                            flag.help()));
        });
        return new Flags(program, other, given, prefix);
    }

    /// Whether the command line gives it.
    public boolean given(String name) {
        return given.containsKey(flag(name).name());
    }

    /// Whether a path that Prometheus and Alertmanager both have answers as Alertmanager's: in its own programs, and in
    /// one process that was given an `alertmanager.yml` and no `prometheus.yml`.
    public boolean answersAsAlertmanager() {
        return program.isOfAlertmanager()
                || program == Program.STANDALONE && given("alertmanager.config.file") && !given("config.file");
    }

    /// The values of a repeatable flag, in order; an empty list where there are none.
    public List<String> list(String name) {
        Flag flag = flag(name);
        return given.getOrDefault(flag.name(), flag.defaults());
    }

    /// The value as text, `""` where there is none.
    public String text(String name) {
        return last(flag(name));
    }

    private String last(Flag flag) {
        List<String> values = given.getOrDefault(flag.name(), flag.defaults());
        return values.isEmpty() ? "" : values.getLast();
    }

    /// Whether a switch is on.
    public boolean enabled(String name) {
        return typed(name, FlagType.SWITCH).equals("true");
    }

    /// A duration in milliseconds; 0 where none is set.
    public long durationMs(String name) {
        Flag flag = flag(name);
        return flag.type().millis(flag.type() == FlagType.GO_DURATION ? last(flag) : typed(name, FlagType.DURATION));
    }

    /// A size in bytes; 0 where none is set.
    public long bytes(String name) {
        return FlagType.BYTES.bytes(typed(name, FlagType.BYTES));
    }

    /// A whole number.
    public long number(String name) {
        return (long) FlagType.INTEGER.number(typed(name, FlagType.INTEGER));
    }

    /// A fraction.
    public double fraction(String name) {
        return FlagType.FLOAT.number(typed(name, FlagType.FLOAT));
    }

    private String typed(String name, FlagType type) {
        Flag flag = flag(name);
        if (flag.type() != type) {
            throw new IllegalArgumentException("bug: flag --" + name + " is a " + flag.type() + ", not a " + type);
        }
        return last(flag);
    }

    /// Names and values as `/api/v1/status/flags` prints them. Flags that Prometheus does not have are shown only
    /// where given.
    public Map<String, String> asMap() {
        var map = new TreeMap<String, String>();
        for (Flag flag : table.values()) {
            boolean extra = flag.isOurs()
                    || program == Program.STANDALONE
                            && flag.name().startsWith(FlagTable.ALERTMANAGER_PREFIX)
                            && !flag.owners().contains(Program.RULE);
            if (!extra || given.containsKey(flag.name())) {
                List<String> values = given.getOrDefault(flag.name(), flag.defaults());
                map.put(
                        flag.name(),
                        flag.repeatable()
                                ? String.join(",", values)
                                : flag.type().print(values.isEmpty() ? "" : values.getLast()));
            }
        }
        return map;
    }

    /// The usage text of a program.
    public static String help(Program program) {
        var out = new StringBuilder("usage: pharos ");
        if (program != Program.STANDALONE) {
            out.append(program.word()).append(' ');
        }
        out.append("[<flags>]\n\nFlags:\n");
        out.append("  -h, --help\n        Show this text.\n      --version\n        Show the version.\n");
        for (Flag flag : FlagTable.of(program).values()) {
            if (!flag.hidden()) {
                out.append("      --").append(flag.isSwitch() ? "[no-]" : "").append(flag.name());
                if (!flag.isSwitch()) {
                    out.append('=')
                            .append(
                                    flag.defaults().isEmpty()
                                                    || flag.defaults()
                                                            .getFirst()
                                                            .isEmpty()
                                            ? "<" + flag.type().name().toLowerCase(java.util.Locale.ROOT) + ">"
                                            : String.join(",", flag.defaults()));
                }
                out.append(flag.repeatable() ? " ...\n        " : "\n        ")
                        .append(flag.help())
                        .append('\n');
            }
        }
        return out.toString();
    }
}
