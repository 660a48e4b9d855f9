package io.pharos.model.labels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Letters are sorted into classes that the expression does not tell apart; every letter beyond ASCII is one class, for
 * what is built here tells none of them apart. A state is a set of places in the expression, a row of the table says
 * where each class leads. State 0 is the dead one, state 1 the first.
 */
/// A deterministic automaton for the common part of RE2: a step of a table per letter. Immutable.
final class Automaton {
    /// More states than this are not built: the expression then runs on RE2.
    private static final int MAX_STATES = 256;

    private static final int ASCII = 128;

    private final byte[] classOf; // 128 letters and, last, all others
    private final int classes;
    private final short[] next; // [state * classes + class]
    private final BitSet accepting;
    private final boolean asciiOnly;

    private Automaton(byte[] classOf, int classes, short[] next, BitSet accepting, boolean asciiOnly) {
        this.classOf = classOf;
        this.classes = classes;
        this.next = next;
        this.accepting = accepting;
        this.asciiOnly = asciiOnly;
    }

    /// The automaton of an expression that RE2 has accepted, anchored at both ends, `.` matching newline; null where it
    /// uses what is not built here, or would grow large.
    static @Nullable Automaton of(String expression) {
        RegexPlaces places = RegexPlaces.parse(expression);
        return places == null ? null : build(places);
    }

    private static @Nullable Automaton build(RegexPlaces places) {
        var classOf = new byte[ASCII + 1];
        var samples = new ArrayList<Integer>(); // a letter of each class
        var known = new HashMap<BitSet, Integer>();
        for (int letter = 0; letter <= ASCII; letter++) {
            int of = letter;
            Integer at = known.computeIfAbsent(places.placesThatTake(letter), _ -> {
                samples.add(of);
                return samples.size() - 1;
            });
            classOf[letter] = at.byteValue();
        }
        int classes = samples.size();
        List<BitSet> states = new ArrayList<>();
        var numbers = new HashMap<BitSet, Integer>();
        for (BitSet set : List.of(new BitSet(), places.first())) {
            numbers.put(set, states.size());
            states.add(set);
        }
        var next = new short[MAX_STATES * classes];
        var accepting = new BitSet();
        for (int state = 1; state < states.size(); state++) {
            BitSet from = states.get(state);
            accepting.set(state, places.ends(from));
            for (int c = 0; c < classes; c++) {
                BitSet to = places.step(from, samples.get(c));
                Integer number = numbers.get(to);
                if (number == null) {
                    number = states.size();
                    if (number == MAX_STATES) {
                        return null;
                    }
                    numbers.put(to, number);
                    states.add(to);
                }
                next[state * classes + c] = number.shortValue();
            }
        }
        return new Automaton(
                classOf, classes, Arrays.copyOf(next, states.size() * classes), accepting, places.foldsCase());
    }

    /// 1 where the text matches, 0 where it does not, −1 where only RE2 can tell.
    int matches(String text) {
        int state = 1;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter >= ASCII) {
                if (asciiOnly) {
                    return -1;
                }
                if (Character.isHighSurrogate(letter)) {
                    i++;
                }
                letter = ASCII;
            }
            state = next[state * classes + classOf[letter]];
            if (state == 0) {
                return 0;
            }
        }
        return accepting.get(state) ? 1 : 0;
    }

    /// 1 where the text matches, 0 where it does not, −1 where a letter beyond ASCII came before that was known.
    int matches(byte[] text, int from, int length) {
        int state = 1;
        for (int i = from; i < from + length; i++) {
            byte letter = text[i];
            if (letter < 0) {
                return -1;
            }
            state = next[state * classes + classOf[letter]];
            if (state == 0) {
                return 0;
            }
        }
        return accepting.get(state) ? 1 : 0;
    }

    /// What every matching text begins with.
    String prefix() {
        var text = new StringBuilder();
        int state = 1;
        while (!accepting.get(state) && text.length() < ASCII) {
            int only = -1;
            for (int letter = 0; letter <= ASCII; letter++) {
                if (next[state * classes + classOf[letter]] != 0) {
                    if (only >= 0 || letter == ASCII) {
                        return text.toString();
                    }
                    only = letter;
                }
            }
            if (only < 0) {
                break;
            }
            text.append((char) only);
            state = next[state * classes + classOf[only]];
        }
        return text.toString();
    }
}
