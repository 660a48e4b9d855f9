package io.pharos.query.api;

import java.util.List;
import java.util.Locale;

/// How well a name matches what was searched for: 0 for not at all, 1 for best. The rules are those of Prometheus 3.14
/// (`web/api/v1/search_filters.go`), so that clients may compare scores.
final class NameScore {
    /// What is only part of a name, or fuzzy, stays below an exact match.
    private static final double NOT_EXACT = 0.999;

    private static final double PREFIX_WEIGHT = 0.1;
    private static final int PREFIX_LENGTH = 4;

    enum Algorithm {
        SUBSEQUENCE("subsequence"),
        JARO_WINKLER("jarowinkler");

        private final String word;

        Algorithm(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    private final List<String> terms;
    private final Algorithm algorithm;
    private final double threshold;
    private final boolean caseSensitive;

    /// @param terms any of them may match; none, or empty ones alone, match everything
    /// @param threshold from 0 to 1: the least score of a fuzzy match
    NameScore(List<String> terms, Algorithm algorithm, double threshold, boolean caseSensitive) {
        this.terms = terms.stream()
                .filter(term -> !term.isEmpty())
                .map(term -> caseSensitive ? term : term.toLowerCase(Locale.ROOT))
                .toList();
        this.algorithm = algorithm;
        this.threshold = threshold;
        this.caseSensitive = caseSensitive;
    }

    /// Below 0 where the name does not match; 1 where nothing was searched for.
    double of(String name) {
        if (terms.isEmpty()) {
            return 1;
        }
        String text = caseSensitive ? name : name.toLowerCase(Locale.ROOT);
        double best = -1;
        for (String term : terms) {
            best = Math.max(best, of(term, text));
        }
        return best;
    }

    private double of(String term, String text) {
        return switch (algorithm) {
            case SUBSEQUENCE -> {
                double score = text.startsWith(term) ? 1 : subsequence(term, text);
                yield score > 0 && score >= threshold ? score : -1;
            }
            case JARO_WINKLER -> {
                double inside = substring(term, text);
                if (inside >= 0 || threshold == 0) {
                    yield inside;
                }
                double similar = jaroWinkler(term, text);
                yield similar >= threshold ? similar : -1;
            }
        };
    }

    /// 1 at the start of the text, falling to 0.1 at its end.
    private static double substring(String term, String text) {
        int at = text.indexOf(term);
        if (at <= 0) {
            return at < 0 ? -1 : 1;
        }
        int before = text.codePointCount(0, at);
        int room = text.codePointCount(0, text.length()) - term.codePointCount(0, term.length());
        return room <= 0 ? 1 : 1 - 0.9 * before / room;
    }

    /// The best greedy match of the term's characters in their order: the squares of the lengths of runs, less the
    /// gaps.
    static double subsequence(String term, String text) {
        if (term.equals(text)) {
            return 1;
        }
        int[] wanted = term.codePoints().toArray();
        int[] given = text.codePoints().toArray();
        double best = -1;
        for (int start = 0; start + wanted.length <= given.length; start++) {
            if (given[start] != wanted[0]) {
                continue;
            }
            double score = greedy(wanted, given, start);
            if (Double.isNaN(score)) {
                break;
            }
            best = Math.max(best, score);
        }
        return best < 0 ? 0 : best / ((double) wanted.length * wanted.length) * NOT_EXACT;
    }

    /// NaN where the term is not whole behind `start`.
    private static double greedy(int[] wanted, int[] given, int start) {
        double unit = 1.0 / given.length;
        double score = 0;
        int found = 0;
        int behindRun = 0;
        int at = start;
        while (found < wanted.length) {
            while (at < given.length && given[at] != wanted[found]) {
                at++;
            }
            int runStart = at;
            while (at < given.length && found < wanted.length && given[at] == wanted[found]) {
                at++;
                found++;
            }
            if (at == runStart) {
                return Double.NaN;
            }
            score -= (runStart - behindRun) * unit;
            score += (double) (at - runStart) * (at - runStart);
            behindRun = at;
        }
        return score - (given.length - behindRun) * unit * 0.5;
    }

    /// Jaro's similarity, raised for a common start of up to four characters (W. E. Winkler, 1990).
    static double jaroWinkler(String a, String b) {
        if (a.equals(b)) {
            return 1;
        }
        boolean swap = a.codePointCount(0, a.length()) > b.codePointCount(0, b.length());
        int[] shorter = (swap ? b : a).codePoints().toArray();
        int[] longer = (swap ? a : b).codePoints().toArray();
        int reach = Math.max(longer.length / 2 - 1, 0);
        var inShorter = new boolean[shorter.length];
        var inLonger = new boolean[longer.length];
        int matches = 0;
        for (int i = 0; i < shorter.length; i++) {
            int end = Math.min(i + reach + 1, longer.length);
            for (int j = Math.max(i - reach, 0); j < end; j++) {
                if (!inLonger[j] && shorter[i] == longer[j]) {
                    inShorter[i] = true;
                    inLonger[j] = true;
                    matches++;
                    break;
                }
            }
        }
        if (matches == 0) {
            return 0;
        }
        int outOfOrder = 0;
        int j = 0;
        for (int i = 0; i < shorter.length; i++) {
            if (inShorter[i]) {
                while (!inLonger[j]) {
                    j++;
                }
                outOfOrder += shorter[i] == longer[j] ? 0 : 1;
                j++;
            }
        }
        double jaro = ((double) matches / shorter.length
                        + (double) matches / longer.length
                        + (matches - outOfOrder * 0.5) / matches)
                / 3;
        int common = 0;
        while (common < Math.min(PREFIX_LENGTH, shorter.length) && shorter[common] == longer[common]) {
            common++;
        }
        return jaro + common * PREFIX_WEIGHT * (1 - jaro);
    }
}
