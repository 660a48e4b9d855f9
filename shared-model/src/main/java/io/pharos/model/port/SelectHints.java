package io.pharos.model.port;

/// What the caller will do with a selection; a source may use it or not. `stepMs` of the query (0 for instant),
/// name of the function or aggregation around the selector (`""` for none; `series` when only labels will be
/// read), `rangeMs` of a range selector (0 for none), whether only [SeriesSet#latest] will be called, whether
/// the series must come in label order, and whether they must come as a single place keeps them, or in label
/// order where several are merged (promql.md §11).
public record SelectHints(
        long stepMs, String function, long rangeMs, boolean latestOnly, boolean sorted, boolean asStored) {
    public static final SelectHints NONE = new SelectHints(0, "", 0, false, true);

    /// Labels alone will be read, in label order.
    public static final SelectHints SERIES = new SelectHints(0, "series", 0, false, true);

    public SelectHints(long stepMs, String function, long rangeMs, boolean latestOnly, boolean sorted) {
        this(stepMs, function, rangeMs, latestOnly, sorted, false);
    }
}
