package io.pharos.model.port;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.TimeRange;
import java.util.List;

/// Answers what series there are and what they hold: the store, or storage nodes merged. Thread-safe; blocking.
///
/// Every method throws [ApiException]: `UNAVAILABLE` before the source is ready, `INTERNAL` on data that cannot be
/// read.
public interface SeriesSource {
    /// Which series, over which time. All matchers must match; none matches every series.
    record Selection(TimeRange range, List<Matcher> matchers, SelectHints hints) {
        public Selection {
            matchers = List.copyOf(matchers);
        }
    }

    /// What a listing is restricted to: series matching any of `matcherSets` (all series if there is none),
    /// with samples in `range`; at most `limit` entries, 0 for no limit.
    record ListingRequest(TimeRange range, List<List<Matcher>> matcherSets, int limit) {
        public ListingRequest {
            matcherSets = List.copyOf(matcherSets);
        }
    }

    /// Sorted entries; `truncated` says that the limit cut them.
    record Listing(List<String> entries, boolean truncated) {}

    /// The exemplars of one series in time order.
    record SeriesExemplars(Labels series, List<Exemplar> exemplars) {}

    /// Selects series that have samples in the range. The set must be closed.
    SeriesSet select(Selection selection);

    Listing labelNames(ListingRequest request);

    Listing labelValues(String name, ListingRequest request);

    /// Exemplars in the range of series that match any of the sets, ordered by series.
    List<SeriesExemplars> exemplars(TimeRange range, List<List<Matcher>> matcherSets);
}
