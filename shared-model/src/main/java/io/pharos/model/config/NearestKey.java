package io.pharos.model.config;

import io.pharos.model.text.EditDistance;
import java.util.Set;

/// Guesses which key a misspelt one was meant to be.
final class NearestKey {
    private NearestKey() {}

    /// The key of `known` that `wrong` was meant to be, `""` where none is near.
    static String of(String wrong, Set<String> known) {
        String best = "";
        int least = Math.max(2, wrong.length() / 3) + 1;
        for (String name : known) {
            int distance = EditDistance.between(wrong, name);
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return best;
    }
}
