package io.pharos.model.promql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How elements of two vectors find each other. `on` tells `on (labels)` from `ignoring (labels)`; `include`
/// are the labels of `group_left` or `group_right`; a fill value of null means no fill on that side.
public record VectorMatching(
        Cardinality cardinality,
        List<String> labels,
        boolean on,
        List<String> include,
        @Nullable Double fillLeft,
        @Nullable Double fillRight) {
    public VectorMatching {
        labels = List.copyOf(labels);
        include = List.copyOf(include);
    }

    /// Which side may have several elements for one match key.
    public enum Cardinality {
        ONE_TO_ONE("one-to-one"),
        MANY_TO_ONE("many-to-one"),
        ONE_TO_MANY("one-to-many"),
        MANY_TO_MANY("many-to-many");

        private final String text;

        Cardinality(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
