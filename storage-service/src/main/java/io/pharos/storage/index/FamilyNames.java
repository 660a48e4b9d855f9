package io.pharos.storage.index;

import java.util.List;
import java.util.function.Predicate;

/// How the names of series and of the family that describes them hang together: `requests_total` is of `requests`, and
/// so
/// are the parts of histograms and summaries.
public final class FamilyNames {
    private static final List<String> SUFFIXES =
            List.of("", "_total", "_bucket", "_sum", "_count", "_created", "_info", "_gsum", "_gcount");

    private FamilyNames() {}

    /// Whether a family has a series whose name `isThere`.
    public static boolean hasSeries(String family, Predicate<String> isThere) {
        for (String suffix : SUFFIXES) {
            if (isThere.test(family + suffix)) {
                return true;
            }
        }
        return false;
    }
}
