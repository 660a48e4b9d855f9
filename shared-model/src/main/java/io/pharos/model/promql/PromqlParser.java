package io.pharos.model.promql;

import io.pharos.model.labels.Matcher;
import io.pharos.model.port.FeatureFlags;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Reads PromQL, the language of Prometheus 3.14 whole: an expression becomes a checked [Expr]. Immutable,
/// thread-safe.
///
/// Everything fails with [ParseException], whose message is the one Prometheus gives. One limit is ours:
/// expressions nest at most [#MAX_DEPTH] levels deep, so that no walk over the tree exhausts a stack.
public final class PromqlParser {
    /// Most levels of an expression's tree.
    public static final int MAX_DEPTH = 250;

    private final FeatureFlags flags;

    public PromqlParser(FeatureFlags flags) {
        this.flags = flags;
    }

    /// An expression, checked: types, arities, matchings and feature flags are right.
    public Expr parse(String expression) {
        byte[] text = expression.getBytes(StandardCharsets.UTF_8);
        return TypeCheck.check(new ExprParser(text, flags).expression(), text);
    }

    /// The matchers of a series selector such as `up{job="x"}`; the one of the name stands last. May be empty
    /// (`{}`), and may match the empty string: callers refuse that where they must.
    public List<Matcher> selector(String selector) {
        return new ExprParser(selector.getBytes(StandardCharsets.UTF_8), flags).selectorAlone();
    }

    /// The matchers of each of several selectors, for `match[]` parameters.
    public List<List<Matcher>> selectors(Collection<String> selectors) {
        var sets = new ArrayList<List<Matcher>>(selectors.size());
        for (String selector : selectors) {
            sets.add(selector(selector));
        }
        return sets;
    }
}
