package io.pharos.model.alert;

import io.pharos.model.labels.Labels;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads matchers as `alertmanager.yml`, the API's `filter` and the command line write them. Stateless,
/// thread-safe.
///
/// Two grammars exist: UTF-8 (`matcher/parse`) and classic (`pkg/labels`). [Mode#FALLBACK], the default, reads
/// with both: the classic result wins where they disagree, UTF-8 where it alone succeeds, and the classic error is
/// reported where both fail (`matcher/compat/parse.go`, Alertmanager 0.34).
public final class MatcherParser {
    /// Which grammar is read; `--enable-feature=utf8-strict-mode` or `classic-mode`.
    public enum Mode {
        FALLBACK,
        UTF8_STRICT,
        CLASSIC
    }

    /// What was read, and a warning where the grammars do not agree on it.
    public record Parsed(List<AlertMatcher> matchers, Optional<String> warning) {}

    private final Mode mode;

    public MatcherParser(Mode mode) {
        this.mode = mode;
    }

    /// What reads as by default.
    public static final MatcherParser FALLBACK = new MatcherParser(Mode.FALLBACK);

    public Mode mode() {
        return mode;
    }

    /// Reads any number of matchers, in the order written. Fails with [IllegalArgumentException] in Alertmanager's
    /// words.
    public List<AlertMatcher> matchers(String input) {
        return parse(input).matchers();
    }

    /// As [#matchers(String)], with the warning to log.
    public Parsed parse(String input) {
        return switch (mode) {
            case UTF8_STRICT -> new Parsed(new Utf8Matchers(input).all(), Optional.empty());
            case CLASSIC -> new Parsed(ClassicMatchers.all(input), Optional.empty());
            case FALLBACK -> both(input, () -> new Utf8Matchers(input).all(), () -> ClassicMatchers.all(input));
        };
    }

    /// Reads exactly one matcher, as a filter of the API or an argument of `amtool`.
    public AlertMatcher matcher(String input) {
        if (mode != Mode.CLASSIC && (input.startsWith("{") || input.endsWith("}"))) {
            throw new IllegalArgumentException("unexpected open or close brace: " + input);
        }
        return switch (mode) {
            case UTF8_STRICT -> new Utf8Matchers(input).one();
            case CLASSIC -> ClassicMatchers.one(input);
            case FALLBACK ->
                both(input, () -> List.of(new Utf8Matchers(input).one()), () -> List.of(ClassicMatchers.one(input)))
                        .matchers()
                        .getFirst();
        };
    }

    /// Whether `name` may name a label: any non-empty text, or `[a-zA-Z_][a-zA-Z0-9_]*` in classic mode.
    public boolean isLabelName(String name) {
        return mode == Mode.CLASSIC ? Labels.isLegacyName(name) : !name.isEmpty();
    }

    private interface Reading {
        List<AlertMatcher> read();
    }

    private static Parsed both(String input, Reading utf8, Reading classic) {
        @Nullable List<AlertMatcher> modern = null;
        try {
            modern = utf8.read();
        } catch (IllegalArgumentException _) {
            // The classic grammar decides, with its error where it fails, too.
        }
        if (modern == null) {
            List<AlertMatcher> old = classic.read();
            return new Parsed(
                    old,
                    Optional.of("Alertmanager is moving to a new parser for labels and matchers, and this input is"
                            + " incompatible: " + input + "; use " + joined(old)));
        }
        List<AlertMatcher> old;
        try {
            old = classic.read();
        } catch (IllegalArgumentException _) {
            return new Parsed(modern, Optional.empty());
        }
        return old.equals(modern)
                ? new Parsed(modern, Optional.empty())
                : new Parsed(
                        old,
                        Optional.of("Matchers input has disagreement: " + input + " is read as " + joined(old)
                                + "; quote the value to be sure"));
    }

    private static String joined(List<AlertMatcher> matchers) {
        return String.join(",", matchers.stream().map(AlertMatcher::toString).toList());
    }

    /// Characters that unquoted names and values of the UTF-8 grammar may not hold.
    static boolean isReserved(int c) {
        return isSpace(c) || "{}!=~,\\\"'`".indexOf(c) >= 0;
    }

    static boolean isSpace(int c) {
        return switch (c) {
            case '\t', '\n', 0x0b, '\f', '\r', ' ', 0x85, 0xa0 -> true;
            default ->
                c > 0xff
                        && (Character.getType(c) == Character.SPACE_SEPARATOR
                                || Character.getType(c) == Character.LINE_SEPARATOR
                                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
        };
    }
}
