package io.pharos.model.labels;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AutomatonTest {
    private static final String[] LETTERS = {"a", "b", "7", "-", ".", "A", "_", " ", "\n", "é", "𝄞", "k"};

    @Test
    void answersAsRe2DoesOnRandomExpressionsAndTexts() {
        var random = new Random(20261125);
        int built = 0;
        int matched = 0;
        for (int i = 0; i < 6_000; i++) {
            String expression = (random.nextInt(8) == 0 ? "(?i)" : "") + expression(random, 3);
            Pattern pattern;
            try {
                Pattern.compile(expression);
                pattern = Pattern.compile("^(?s:" + expression + ")$");
            } catch (PatternSyntaxException _) {
                continue;
            }
            Automaton automaton = Automaton.of(expression);
            if (automaton == null) {
                continue;
            }
            built++;
            for (int n = 0; n < 20; n++) {
                String text = text(random, pattern);
                boolean expected = pattern.matches(text);
                matched += expected ? 1 : 0;
                assertKnown(automaton.matches(text), expected, expression, text);
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                assertKnown(automaton.matches(utf8, 0, utf8.length), expected, expression, text);
                if (expected) {
                    assertThat(text).as(expression).startsWith(automaton.prefix());
                }
            }
        }
        assertThat(built).isGreaterThan(3_000);
        assertThat(matched).isGreaterThan(3_000);
    }

    private static void assertKnown(int known, boolean expected, String expression, String text) {
        if (known >= 0) {
            assertThat(known > 0).as("%s on '%s'", expression, text).isEqualTo(expected);
        }
    }

    private static String text(Random random, Pattern pattern) {
        String best = "";
        for (int tries = 0; tries < 6; tries++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(7); n > 0; n--) {
                text.append(LETTERS[random.nextInt(LETTERS.length)]);
            }
            best = text.toString();
            if (pattern.matches(best)) {
                return best;
            }
        }
        return best;
    }

    private static String expression(Random random, int depth) {
        var out = new StringBuilder();
        for (int n = random.nextInt(4); n >= 0; n--) {
            out.append(
                    switch (random.nextInt(depth > 0 ? 12 : 8)) {
                        case 0, 1, 2 -> "ab7-kA".charAt(random.nextInt(6));
                        case 3 -> ".";
                        case 4 -> "\\" + "dwsDWS.-".charAt(random.nextInt(8));
                        case 5 -> "[" + (random.nextBoolean() ? "^" : "") + bracket(random) + "]";
                        case 6 -> "a" + repeat(random);
                        case 7 -> "." + repeat(random);
                        case 8 -> "(" + expression(random, depth - 1) + ")" + repeat(random);
                        case 9 -> "(?:" + expression(random, depth - 1) + ")" + repeat(random);
                        case 10 -> "(" + expression(random, depth - 1) + "|" + expression(random, depth - 1) + ")";
                        default -> expression(random, depth - 1) + "|" + expression(random, depth - 1);
                    });
        }
        return out.toString();
    }

    private static String bracket(Random random) {
        String[] parts = {"a", "a-k", "0-9", "\\d", "\\.", "_", "A-Z", "]", "\\W", "-"};
        var out = new StringBuilder(parts[random.nextInt(parts.length)]);
        for (int n = random.nextInt(3); n > 0; n--) {
            out.append(parts[random.nextInt(parts.length - 3)]);
        }
        return out.toString();
    }

    private static String repeat(Random random) {
        String[] all = {"", "*", "+", "?", "*?", "{2}", "{0,2}", "{1,}", "{0}", "{2,}?", "{0,}"};
        return all[random.nextInt(all.length)];
    }

    @Test
    void leavesWhatItDoesNotKnowToRe2() {
        for (String expression :
                new String[] {"a$|b", "\\bfoo", "\\pL+", "[[:alpha:]]", "(?P<x>a)", "a(?i)b", "é", "x{300}{2}"}) {
            assertThat(Automaton.of(expression)).as(expression).isNull();
        }
    }

    @Test
    void knowsWhatMatchingTextsBeginWith() {
        assertThat(FastRegex.compile("app-[0-9]+-[0-9a-f]*7-.*").prefix()).contains("app-");
        assertThat(FastRegex.compile("(ab|ac)+x?").prefix()).contains("a");
        assertThat(FastRegex.compile("a*b").prefix()).isEmpty();
    }
}
