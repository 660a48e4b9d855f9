package io.pharos.rule.group;

import io.pharos.model.port.QueryResult;
import java.time.Instant;

/// Expands the templates of an alerting rule's labels and annotations.
public interface AlertTexts {
    /// The text for one element of the rule's result. A template that fails gives a text that says so; it never
    /// throws.
    ///
    /// @param at the time of the evaluation, at which `query` asks
    String expand(String alertName, String template, QueryResult.Element element, Instant at);
}
