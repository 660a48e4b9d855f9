package io.pharos.testkit;

import io.pharos.model.labels.Labels;
import io.pharos.model.promql.SeriesNotation;
import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A PromQL test script as read: what to load, what to evaluate and what to expect. The language is that of Prometheus'
/// `promql/promqltest`.
public record PromqlScript(List<Command> commands) {
    public PromqlScript {
        commands = List.copyOf(commands);
    }

    /// One command of a script.
    public sealed interface Command {
        /// `clear`.
        record Clear() implements Command {}

        /// `load STEP` with its series; `starts` are start timestamps relative to each sample's time, in ms.
        record Load(long stepMs, boolean withCustomBuckets, List<LoadedSeries> series) implements Command {}

        /// `eval …`.
        record Eval(
                int line,
                String expression,
                boolean range,
                long startMs,
                long endMs,
                long stepMs,
                Expected expected,
                @Nullable String unreadable)
                implements Command {}
    }

    /// A series to load and the start timestamps of its samples, relative to their times; empty for none.
    public record LoadedSeries(SeriesNotation.SeriesLine line, List<@Nullable Long> starts) {}

    /// A text that must be found, whole or by an expression; both null asks for any.
    public record Wanted(@Nullable String message, @Nullable Pattern regex) {
        boolean accepts(String text) {
            if (message != null) {
                return text.equals(message);
            }
            return regex == null || regex.matcher(text).find();
        }

        @Override
        public String toString() {
            return message != null ? message : regex != null ? regex.pattern() : "anything";
        }
    }

    /// What an evaluation is expected to give.
    ///
    /// @param vectorSteps the steps of an expected range vector of an instant query: start, end, step in ms; else
    /// null
    public record Expected(
            boolean fail,
            boolean ordered,
            boolean warn,
            boolean info,
            boolean noWarn,
            boolean noInfo,
            List<Wanted> failures,
            List<Wanted> warnings,
            List<Wanted> infos,
            @Nullable Double scalar,
            @Nullable String string,
            long @Nullable [] vectorSteps,
            List<SeriesNotation.SeriesLine> series) {}

    private static final Pattern LOAD = Pattern.compile("^load(?:_(with_nhcb))?\\s+(.+?)$");
    private static final Pattern INSTANT =
            Pattern.compile("^eval(?:_(fail|warn|ordered|info))?\\s+instant\\s+(?:at\\s+(.+?))?\\s+(.+)$");
    private static final Pattern RANGE = Pattern.compile(
            "^eval(?:_(fail|warn|info))?\\s+range\\s+from\\s+(.+)\\s+to\\s+(.+)\\s+step\\s+(.+?)\\s+(.+)$");
    private static final Pattern EXPECT =
            Pattern.compile("^expect\\s+(ordered|fail|warn|no_warn|info|no_info)(?:\\s+(regex|msg):(.+))?$");
    private static final Pattern EXPECT_RANGE =
            Pattern.compile("^expect range vector\\s+from\\s+(.+)\\s+to\\s+(.+)\\s+step\\s+(.+)$");
    private static final Pattern START_LINE = Pattern.compile("^(\\S+)@st\\s+(.*)$");

    /// Reads a script; fails with [IllegalArgumentException] that names the line.
    public static PromqlScript parse(String text) {
        return new PromqlScript(new Reader(text).commands());
    }

    /// A duration as Prometheus writes it, or a bare 0, in ms.
    public static long duration(String text) {
        if (text.equals("0")) {
            return 0;
        }
        Matcher m = Pattern.compile("(?:([0-9]+)y)?(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?"
                        + "(?:([0-9]+)s)?(?:([0-9]+)ms)?")
                .matcher(text);
        if (text.isEmpty() || !m.matches()) {
            throw new IllegalArgumentException("not a duration: \"" + text + "\"");
        }
        long[] units = {365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1};
        long ms = 0;
        for (int i = 0; i < units.length; i++) {
            String count = m.group(i + 1);
            ms += count == null ? 0 : Long.parseLong(count) * units[i];
        }
        return ms;
    }

    private static final class Reader {
        private final List<String> lines = new ArrayList<>();
        private int at;

        Reader(String text) {
            for (String line : text.split("\n", -1)) {
                String stripped = line.strip();
                lines.add(stripped.startsWith("#") ? "" : stripped);
            }
        }

        List<Command> commands() {
            var commands = new ArrayList<Command>();
            while (at < lines.size()) {
                String line = lines.get(at);
                if (line.isEmpty()) {
                    at++;
                    continue;
                }
                try {
                    if (line.equals("clear")) {
                        at++;
                        commands.add(new Command.Clear());
                    } else if (line.startsWith("load")) {
                        commands.add(load());
                    } else if (line.startsWith("eval")) {
                        commands.addAll(eval());
                    } else {
                        throw new IllegalArgumentException("invalid command \"" + line + "\"");
                    }
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("line " + (at + 1) + ": " + e.getMessage(), e);
                }
            }
            return commands;
        }

        private static long signed(String text) {
            return text.startsWith("-") ? -duration(text.substring(1)) : duration(text);
        }

        private Command load() {
            Matcher head = LOAD.matcher(lines.get(at));
            if (!head.matches()) {
                throw new IllegalArgumentException("invalid load command");
            }
            var series = new ArrayList<LoadedSeries>();
            List<@Nullable Long> starts = List.of();
            for (at++; at < lines.size() && !lines.get(at).isEmpty(); at++) {
                Matcher start = START_LINE.matcher(lines.get(at));
                if (start.matches()) {
                    starts = starts(start.group(2));
                    continue;
                }
                series.add(new LoadedSeries(SeriesNotation.parse(lines.get(at)), starts));
                starts = List.of();
            }
            return new Command.Load(duration(head.group(2)), head.group(1) != null, series);
        }

        /// `-30s`, `0-1mx4`, `_`, `_x3`: milliseconds relative to the sample.
        private static List<@Nullable Long> starts(String text) {
            var starts = new ArrayList<@Nullable Long>();
            Pattern item = Pattern.compile("([+-]?)([0-9][0-9a-wyz]*)(?:([+-])([0-9][0-9a-wyz]*))?(?:x([0-9]+))?");
            for (String word : text.strip().split("\\s+")) {
                if (word.startsWith("_")) {
                    int n = word.equals("_") ? 1 : Integer.parseInt(word.substring(2));
                    for (int i = 0; i < n; i++) {
                        starts.add(null);
                    }
                    continue;
                }
                Matcher m = item.matcher(word);
                if (!m.matches()) {
                    throw new IllegalArgumentException("invalid start timestamp \"" + word + "\"");
                }
                long value = duration(m.group(2)) * (m.group(1).equals("-") ? -1 : 1);
                long step = m.group(4) == null
                        ? 0
                        : duration(m.group(4)) * (m.group(3).equals("-") ? -1 : 1);
                int more = m.group(5) == null ? 0 : Integer.parseInt(m.group(5));
                for (int i = 0; i <= more; i++) {
                    starts.add(value + i * step);
                }
            }
            return starts;
        }

        /// One evaluation, or one for each of the times that `at T1,T2` names.
        private List<Command> eval() {
            int line = at + 1;
            String text = lines.get(at);
            Matcher instant = INSTANT.matcher(text);
            Matcher range = RANGE.matcher(text);
            boolean isInstant = instant.matches();
            if (!isInstant && !range.matches()) {
                throw new IllegalArgumentException("invalid evaluation command");
            }
            at++;
            String modifier = isInstant ? instant.group(1) : range.group(1);
            var starts = new ArrayList<Long>();
            String times = isInstant ? instant.group(2) : range.group(2);
            for (String time : (times == null ? "0" : times).split(",")) {
                starts.add(signed(time.strip()));
            }
            long step = isInstant ? 0 : duration(range.group(4));
            String expression = isInstant ? instant.group(3) : range.group(5);
            var body = new Body(modifier == null ? "" : modifier);
            String unreadable = null;
            while (at < lines.size() && !lines.get(at).isEmpty()) {
                try {
                    if (!body.line(lines.get(at))) {
                        at++;
                        break;
                    }
                } catch (IllegalArgumentException e) {
                    unreadable = "line " + (at + 1) + ": " + e.getMessage();
                }
                at++;
            }
            var evals = new ArrayList<Command>();
            for (long start : starts) {
                long end = isInstant ? start : signed(range.group(3));
                evals.add(
                        new Command.Eval(line, expression, !isInstant, start, end, step, body.expected(), unreadable));
            }
            return evals;
        }
    }

    /// What stands below an `eval`.
    private static final class Body {
        private final String modifier;
        private boolean fail;
        private boolean ordered;
        private boolean warn;
        private boolean info;
        private boolean noWarn;
        private boolean noInfo;
        private final List<Wanted> failures = new ArrayList<>();
        private final List<Wanted> warnings = new ArrayList<>();
        private final List<Wanted> infos = new ArrayList<>();
        private @Nullable Double scalar;
        private @Nullable String string;
        private long @Nullable [] vectorSteps;
        private final List<SeriesNotation.SeriesLine> series = new ArrayList<>();

        Body(String modifier) {
            this.modifier = modifier;
        }

        /// Takes a line in; false if it is the last.
        boolean line(String line) {
            if (modifier.equals("fail") && line.startsWith("expected_fail_message")) {
                failures.add(new Wanted(
                        line.substring("expected_fail_message".length()).strip(), null));
                return false;
            }
            if (modifier.equals("fail") && line.startsWith("expected_fail_regexp")) {
                String regex = line.substring("expected_fail_regexp".length()).strip();
                failures.add(new Wanted(null, Pattern.compile(regex)));
                return false;
            }
            if (line.startsWith("expect range vector")) {
                Matcher m = EXPECT_RANGE.matcher(line);
                if (!m.matches()) {
                    throw new IllegalArgumentException("invalid range vector definition");
                }
                vectorSteps = new long[] {duration(m.group(1)), duration(m.group(2)), duration(m.group(3))};
                return true;
            }
            if (line.startsWith("expect string")) {
                string = unquote(line.substring("expect string".length()).strip());
                return true;
            }
            if (line.split(" ", 2)[0].equals("expect")) {
                expect(line);
                return true;
            }
            try {
                scalar = number(line);
                return false;
            } catch (NumberFormatException e) {
                series.add(SeriesNotation.parse(line));
                return true;
            }
        }

        private static double number(String text) {
            if (text.matches("[+-]?0[xX][0-9a-fA-F]+")) {
                return Long.decode(text);
            }
            return GoText.parseFloat(text);
        }

        private static String unquote(String text) {
            char quote = text.charAt(0);
            String inner = text.substring(1, text.length() - 1);
            return quote == '`' ? inner : new GoUnquote(inner).text();
        }

        private void expect(String line) {
            Matcher m = EXPECT.matcher(line);
            if (!m.matches()) {
                throw new IllegalArgumentException("invalid expect statement");
            }
            Wanted wanted = "msg".equals(m.group(2))
                    ? new Wanted(m.group(3).strip(), null)
                    : "regex".equals(m.group(2))
                            ? new Wanted(null, Pattern.compile(m.group(3).strip()))
                            : new Wanted(null, null);
            switch (m.group(1)) {
                case "ordered" -> ordered = true;
                case "fail" -> {
                    fail = true;
                    failures.add(wanted);
                }
                case "warn" -> warnings.add(wanted);
                case "info" -> infos.add(wanted);
                case "no_warn" -> noWarn = true;
                case "no_info" -> noInfo = true;
                default -> throw new IllegalStateException("bug: " + m.group(1));
            }
        }

        Expected expected() {
            return new Expected(
                    fail || modifier.equals("fail"),
                    ordered || modifier.equals("ordered"),
                    warn || modifier.equals("warn"),
                    info || modifier.equals("info"),
                    noWarn,
                    noInfo,
                    failures,
                    warnings,
                    infos,
                    scalar,
                    string,
                    vectorSteps,
                    series);
        }
    }

    /// Undoes Go's escapes.
    private record GoUnquote(String escaped) {
        String text() {
            var out = new java.io.ByteArrayOutputStream();
            for (int i = 0; i < escaped.length(); ) {
                int c = escaped.codePointAt(i);
                i += Character.charCount(c);
                if (c != '\\') {
                    out.writeBytes(Character.toString(c).getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    continue;
                }
                char e = escaped.charAt(i++);
                int digits = e == 'x' ? 2 : e == 'u' ? 4 : e == 'U' ? 8 : 0;
                if (digits > 0) {
                    int value = Integer.parseInt(escaped.substring(i, i + digits), 16);
                    i += digits;
                    if (e == 'x') {
                        out.write(value);
                    } else {
                        out.writeBytes(Character.toString(value).getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    }
                } else if (e >= '0' && e <= '7') {
                    out.write(Integer.parseInt(escaped.substring(i - 1, i + 2), 8));
                    i += 2;
                } else {
                    int at = "abfnrtv\\'\"".indexOf(e);
                    out.write("\u0007\b\f\n\r\t\u000b\\'\"".charAt(at));
                }
            }
            return out.toString(java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    static Labels withoutLe(Labels labels, String name) {
        return labels.without("le").with(Labels.METRIC_NAME, name);
    }
}
