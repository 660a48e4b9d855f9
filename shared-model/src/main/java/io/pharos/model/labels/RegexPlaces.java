package io.pharos.model.labels;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Glushkov's construction: every letter or class of the expression is a place; which places may come first, last, and
 * after each other is computed bottom up, without empty steps.
 */
/// The places of a regular expression: letters, classes, `.`, groups, alternatives and repetitions. What else RE2
/// knows (anchors, flags but a leading `(?i)`, Unicode classes) is not read.
final class RegexPlaces {
    /// A repetition of a repetition grows fast.
    private static final int MAX_PLACES = 400;

    private static final int OTHERS = 128;

    private final String text;
    private int at;
    private final boolean fold;
    private final List<BitSet> takes = new ArrayList<>(); // letters of each place; OTHERS: all beyond ASCII
    private final List<BitSet> follow = new ArrayList<>();
    private final BitSet first;
    private final BitSet last;
    private final int start; // the place before the first one

    /// A part of the expression.
    private record Part(BitSet first, BitSet last, boolean empty) {}

    /// Thrown by what is not read here.
    private static final class NotRead extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotRead() {
            super(null, null, false, false);
        }
    }

    private RegexPlaces(String text) {
        fold = text.startsWith("(?i)");
        this.text = text;
        at = fold ? 4 : 0;
        Part whole = alternatives();
        if (at < text.length()) {
            throw new NotRead();
        }
        start = takes.size();
        takes.add(new BitSet());
        follow.add(whole.first);
        first = new BitSet();
        first.set(start);
        last = whole.last;
        if (whole.empty) {
            last.set(start);
        }
    }

    static @Nullable RegexPlaces parse(String expression) {
        try {
            return new RegexPlaces(expression);
        } catch (NotRead _) {
            return null;
        }
    }

    /// Whether letters match in either case, which beyond ASCII is RE2's to know.
    boolean foldsCase() {
        return fold;
    }

    BitSet placesThatTake(int letter) {
        var places = new BitSet();
        for (int place = 0; place < takes.size(); place++) {
            places.set(place, takes.get(place).get(letter));
        }
        return places;
    }

    BitSet first() {
        return first;
    }

    boolean ends(BitSet places) {
        return places.intersects(last);
    }

    /// The places after `from` that take a letter.
    BitSet step(BitSet from, int letter) {
        var to = new BitSet();
        for (int place = from.nextSetBit(0); place >= 0; place = from.nextSetBit(place + 1)) {
            BitSet after = follow.get(place);
            for (int n = after.nextSetBit(0); n >= 0; n = after.nextSetBit(n + 1)) {
                if (takes.get(n).get(letter)) {
                    to.set(n);
                }
            }
        }
        return to;
    }

    // ------------------------------------------------------------------ reading

    private boolean hasMore() {
        return at < text.length();
    }

    private boolean sees(char c) {
        return hasMore() && text.charAt(at) == c;
    }

    private char next() {
        if (!hasMore()) {
            throw new NotRead();
        }
        return text.charAt(at++);
    }

    private Part alternatives() {
        Part all = sequence();
        while (sees('|')) {
            at++;
            Part other = sequence();
            all = new Part(or(all.first, other.first), or(all.last, other.last), all.empty | other.empty);
        }
        return all;
    }

    private Part sequence() {
        var all = new Part(new BitSet(), new BitSet(), true);
        while (hasMore() && !sees('|') && !sees(')')) {
            all = then(all, repeated());
        }
        return all;
    }

    private Part then(Part a, Part b) {
        for (int place = a.last.nextSetBit(0); place >= 0; place = a.last.nextSetBit(place + 1)) {
            follow.get(place).or(b.first);
        }
        return new Part(
                a.empty ? or(a.first, b.first) : a.first, b.empty ? or(a.last, b.last) : b.last, a.empty && b.empty);
    }

    private static BitSet or(BitSet a, BitSet b) {
        var both = (BitSet) a.clone();
        both.or(b);
        return both;
    }

    private Part repeated() {
        int from = at;
        Part part = atom();
        int to = at;
        if (sees('*')) {
            at++;
            part = new Part(part.first, part.last, true);
            loop(part);
        } else if (sees('+')) {
            at++;
            loop(part);
        } else if (sees('?')) {
            at++;
            part = new Part(part.first, part.last, true);
        } else if (sees('{')) {
            part = counted(part, from, to);
        } else {
            return part;
        }
        if (sees('?')) {
            at++; // takes as little as it can, which for the whole text makes no difference
        }
        if (sees('*') || sees('+') || sees('{')) {
            throw new NotRead();
        }
        return part;
    }

    private void loop(Part part) {
        for (int place = part.last.nextSetBit(0); place >= 0; place = part.last.nextSetBit(place + 1)) {
            follow.get(place).or(part.first);
        }
    }

    private Part counted(Part one, int from, int to) {
        at++;
        int least = number();
        int most = least;
        if (sees(',')) {
            at++;
            most = sees('}') ? -1 : number();
        }
        if (next() != '}' || most >= 0 && most < least) {
            throw new NotRead();
        }
        int end = at;
        Part all = least == 0 ? new Part(one.first, one.last, true) : one;
        if (most == 0) {
            all = new Part(new BitSet(), new BitSet(), true);
        }
        int copies = most < 0 ? Math.max(1, least) : most;
        for (int i = 2; i <= copies; i++) {
            at = from;
            Part copy = atom();
            if (at != to) {
                throw new NotRead();
            }
            if (most < 0 && i == copies) {
                loop(copy);
            }
            all = then(all, i > least ? new Part(copy.first, copy.last, true) : copy);
        }
        if (most < 0 && copies == 1) {
            loop(one);
        }
        at = end;
        return all;
    }

    private int number() {
        int value = 0;
        int from = at;
        while (hasMore() && text.charAt(at) >= '0' && text.charAt(at) <= '9' && at - from < 4) {
            value = value * 10 + next() - '0';
        }
        if (at == from) {
            throw new NotRead();
        }
        return value;
    }

    private Part atom() {
        char c = next();
        return switch (c) {
            case '(' -> {
                if (sees('?')) {
                    at++;
                    if (next() != ':') {
                        throw new NotRead();
                    }
                }
                Part inner = alternatives();
                if (next() != ')') {
                    throw new NotRead();
                }
                yield inner;
            }
            case '[' -> place(bracket());
            case '.' -> {
                var any = new BitSet();
                any.set(0, OTHERS + 1);
                yield place(any);
            }
            case '\\' -> place(escaped());
            case '^', '$', '*', '+', '?', '{' -> throw new NotRead();
            default -> place(letter(c));
        };
    }

    private Part place(BitSet letters) {
        if (takes.size() == MAX_PLACES) {
            throw new NotRead();
        }
        var self = new BitSet();
        self.set(takes.size());
        takes.add(letters);
        follow.add(new BitSet());
        return new Part(self, (BitSet) self.clone(), false);
    }

    private BitSet letter(char c) {
        if (c >= OTHERS) {
            throw new NotRead();
        }
        var letters = new BitSet();
        letters.set(c);
        folded(letters);
        return letters;
    }

    private void folded(BitSet letters) {
        for (int c = 'a'; fold && c <= 'z'; c++) {
            if (letters.get(c) || letters.get(c - 32)) {
                letters.set(c);
                letters.set(c - 32);
            }
        }
    }

    private BitSet escaped() {
        char c = next();
        BitSet named = named(c);
        return named != null ? named : letter(plain(c));
    }

    /// The letters of `\d` and its like; null where it is none.
    private static @Nullable BitSet named(char c) {
        var letters = new BitSet();
        switch (c) {
            case 'd', 'D' -> letters.set('0', '9' + 1);
            case 'w', 'W' -> {
                letters.set('0', '9' + 1);
                letters.set('a', 'z' + 1);
                letters.set('A', 'Z' + 1);
                letters.set('_');
            }
            case 's', 'S' -> {
                for (char space : " \t\n\f\r".toCharArray()) {
                    letters.set(space);
                }
            }
            default -> {
                return null;
            }
        }
        if (c < 'a') {
            letters.flip(0, OTHERS + 1);
        }
        return letters;
    }

    /// The letter that a backslash before `c` stands for.
    private static char plain(char c) {
        return switch (c) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default -> {
                if (c >= OTHERS || Character.isLetterOrDigit(c)) {
                    throw new NotRead();
                }
                yield c;
            }
        };
    }

    private BitSet bracket() {
        boolean not = sees('^');
        if (not) {
            at++;
        }
        var letters = new BitSet();
        boolean begun = false;
        while (!begun || !sees(']')) {
            begun = true;
            char from = next();
            if (from == '[' && sees(':') || from >= OTHERS) {
                throw new NotRead();
            }
            if (from == '\\') {
                char c = next();
                BitSet named = named(c);
                if (named != null) {
                    letters.or(named);
                    if (sees('-')) {
                        throw new NotRead();
                    }
                    continue;
                }
                from = plain(c);
            }
            char to = from;
            if (sees('-') && at + 1 < text.length() && text.charAt(at + 1) != ']') {
                at++;
                to = next();
                if (to == '\\') {
                    char c = next();
                    if (named(c) != null) {
                        throw new NotRead();
                    }
                    to = plain(c);
                }
                if (to < from || to >= OTHERS) {
                    throw new NotRead();
                }
            }
            letters.set(from, to + 1);
        }
        at++;
        folded(letters);
        if (not) {
            letters.flip(0, OTHERS + 1);
        }
        return letters;
    }
}
