package io.pharos.storage.index;

import io.pharos.model.labels.FastRegex;
import io.pharos.model.labels.Matcher;
import io.pharos.storage.index.Pairs.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Resolves matchers to series: those that name values by look-up, the smallest set first; others on the few series
/// that are left, or on all values of their name, whose answer is kept until the values change.
final class MatcherSearch {
    /// Values from which on an answer is worth keeping, and how many of them one may have.
    private static final int LEAST_KEPT = 256;

    private static final int MOST_KEPT = 1 << 16;
    private static final int KEPT = 16;
    /// Looking at the labels of a series costs as much as a few values.
    private static final int SERIES_COST = 8;
    /// Series of a pair up to which its postings are put together with others as numbers.
    private static final int SMALL = 1024;

    private final Pairs pairs;
    private final LabelIndex index;
    private final Map<Asked, Answer> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Asked, Answer> eldest) {
            return size() > KEPT;
        }
    };

    private record Asked(Matcher matcher, boolean matches) {}

    /// Pairs by number, as of a version of the name's values.
    private record Answer(int version, int[] pairs) {}

    MatcherSearch(Pairs pairs, LabelIndex index) {
        this.pairs = pairs;
        this.index = index;
    }

    /// The series that all matchers match; the caller's own.
    RoaringBitmap matching(List<Matcher> matchers) {
        var narrow = new ArrayList<Postings>();
        var wide = new ArrayList<Matcher>();
        for (Matcher matcher : matchers) {
            if (matcher.matchesEmpty()) {
                continue;
            }
            Collection<String> literals = isPositive(matcher) ? literals(matcher) : null;
            if (literals == null || literals.size() != 1) {
                wide.add(matcher);
                continue;
            }
            int pair = pairs.find(matcher.name(), literals.iterator().next());
            if (pair < 0) {
                return new RoaringBitmap();
            }
            narrow.add(pairs.postings(pair));
        }
        narrow.sort(Comparator.comparingInt(Postings::cardinality));
        RoaringBitmap result = null;
        for (Postings some : narrow) {
            if (result == null) {
                result = some.toBitmap();
            } else {
                some.retainIn(result);
            }
        }
        for (Matcher matcher : wide) {
            if (result != null && result.isEmpty()) {
                return result;
            }
            result = restrict(result, matcher);
        }
        if (result == null) {
            result = index.all().clone();
        }
        for (Matcher matcher : matchers) {
            if (matcher.matchesEmpty() && !result.isEmpty()) {
                result = exclude(result, matcher);
            }
        }
        return result;
    }

    private RoaringBitmap restrict(@Nullable RoaringBitmap result, Matcher matcher) {
        Name name = pairs.name(matcher.name());
        if (name == null || name.count == 0) {
            return new RoaringBitmap();
        }
        if (result != null && isFew(result, name)) {
            return pick(result, matcher, name);
        }
        int[] matching = matching(name, matcher, true);
        if (matching.length == name.count && name.series == index.seriesCount()) {
            return result == null ? index.all().clone() : result;
        }
        if (result == null) {
            return union(matching);
        }
        if (isFewer(result, matching)) {
            return pick(result, matching, name, true);
        }
        result.and(union(matching));
        return result;
    }

    private RoaringBitmap exclude(RoaringBitmap result, Matcher matcher) {
        Name name = pairs.name(matcher.name());
        if (name == null || name.count == 0) {
            return result;
        }
        if (isFew(result, name)) {
            return pick(result, matcher, name);
        }
        int[] others = matching(name, matcher, false);
        if (others.length == name.count && name.series == index.seriesCount()) {
            return new RoaringBitmap();
        }
        if (isFewer(result, others)) {
            return pick(result, others, name, false);
        }
        result.andNot(union(others));
        return result;
    }

    private static boolean isFew(RoaringBitmap series, Name name) {
        return (long) series.getCardinality() * SERIES_COST < name.count;
    }

    /// Whether going through the series is cheaper than putting the postings of pairs together.
    private boolean isFewer(RoaringBitmap series, int[] of) {
        int left = series.getCardinality();
        for (int i = 0; i < of.length && left >= 0; i++) {
            left -= pairs.postings(of[i]).cardinality();
        }
        return left < 0;
    }

    /// Those of `from` that have one of the pairs, or that have none.
    private RoaringBitmap pick(RoaringBitmap from, int[] some, Name name, boolean having) {
        var isOne = new long[(pairs.given() >>> 6) + 1];
        for (int pair : some) {
            isOne[pair >>> 6] |= 1L << pair;
        }
        var picked = new int[from.getCardinality()];
        int n = 0;
        var of = new int[24];
        for (var it = from.getIntIterator(); it.hasNext(); ) {
            int series = it.next();
            of = index.pairsOf(series, of);
            boolean has = false;
            for (int i = 1; i <= of[0]; i++) {
                if (pairs.nameOf(of[i]) == name.id) {
                    has = (isOne[of[i] >>> 6] & 1L << of[i]) != 0;
                    break;
                }
            }
            if (has == having) {
                picked[n++] = series;
            }
        }
        var result = new RoaringBitmap();
        result.addN(picked, 0, n);
        return result;
    }

    private RoaringBitmap pick(RoaringBitmap from, Matcher matcher, Name name) {
        var picked = new RoaringBitmap();
        var of = new int[24];
        for (var it = from.getIntIterator(); it.hasNext(); ) {
            int series = it.next();
            of = index.pairsOf(series, of);
            boolean matches = matcher.matchesEmpty();
            for (int i = 1; i <= of[0]; i++) {
                if (pairs.nameOf(of[i]) == name.id) {
                    matches = matches(matcher, pairs.text(of[i]));
                    break;
                }
            }
            if (matches) {
                picked.add(series);
            }
        }
        return picked;
    }

    /// The series of pairs of one name. Many small sets are put together as numbers: one after the other they would be
    /// copied over and over.
    private RoaringBitmap union(int[] of) {
        var into = new RoaringBitmap();
        var numbers = new int[256];
        int n = 0;
        for (int pair : of) {
            Postings some = pairs.postings(pair);
            int size = some.cardinality();
            if (size > SMALL) {
                some.addTo(into);
                continue;
            }
            if (n + size > numbers.length) {
                numbers = Arrays.copyOf(numbers, Math.max(n + size, numbers.length * 2));
            }
            n = some.copyTo(numbers, n);
        }
        boolean ascending = true;
        for (int i = 1; i < n && ascending; i++) {
            ascending = numbers[i - 1] < numbers[i];
        }
        if (!ascending) {
            Arrays.sort(numbers, 0, n);
        }
        into.addN(numbers, 0, n);
        return into;
    }

    /// Pairs of the name whose value matches, or does not.
    private int[] matching(Name name, Matcher matcher, boolean matches) {
        Collection<String> literals = isPositive(matcher) == matches ? literals(matcher) : null;
        if (literals != null) {
            var found = new int[literals.size()];
            int n = 0;
            for (String literal : literals) {
                int pair = literal.isEmpty() ? -1 : pairs.find(matcher.name(), literal);
                if (pair >= 0) {
                    found[n++] = pair;
                }
            }
            return Arrays.copyOf(found, n);
        }
        if (name.count < LEAST_KEPT) {
            return scan(name, matcher, matches);
        }
        var asked = new Asked(matcher, matches);
        synchronized (kept) {
            Answer known = kept.get(asked);
            if (known != null && known.version == name.version) {
                return known.pairs;
            }
        }
        int[] found = scan(name, matcher, matches);
        if (found.length <= MOST_KEPT) {
            synchronized (kept) {
                kept.put(asked, new Answer(name.version, found));
            }
        }
        return found;
    }

    private int[] scan(Name name, Matcher matcher, boolean matches) {
        byte[] prefix = {};
        FastRegex regex = matcher.regex();
        if (regex != null && isPositive(matcher) == matches) {
            prefix = regex.prefix().orElse("").getBytes(StandardCharsets.UTF_8);
        }
        var found = new int[16];
        int n = 0;
        for (int i = 0; i < name.count; i++) {
            int pair = name.pairs[i];
            byte[] text = pairs.text(pair);
            if (startsWith(text, prefix) && matches(matcher, text) == matches) {
                if (n == found.length) {
                    found = Arrays.copyOf(found, n * 2);
                }
                found[n++] = pair;
            }
        }
        return Arrays.copyOf(found, n);
    }

    private static boolean matches(Matcher matcher, byte[] pairText) {
        int from = Pairs.valueFrom(pairText);
        return matcher.matches(pairText, from, pairText.length - from);
    }

    private static boolean isPositive(Matcher matcher) {
        return matcher.type() == Matcher.Type.EQUAL || matcher.type() == Matcher.Type.REGEX;
    }

    private static @Nullable Collection<String> literals(Matcher matcher) {
        FastRegex regex = matcher.regex();
        return regex == null ? List.of(matcher.value()) : regex.literals().orElse(null);
    }

    private static boolean startsWith(byte[] text, byte[] prefix) {
        if (prefix.length == 0) {
            return true;
        }
        int from = Pairs.valueFrom(text);
        return text.length - from >= prefix.length
                && Arrays.equals(text, from, from + prefix.length, prefix, 0, prefix.length);
    }
}
