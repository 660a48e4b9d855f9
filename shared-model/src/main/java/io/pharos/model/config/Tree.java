package io.pharos.model.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A piece of YAML kept as it is: payloads, details and fields that a receiver defines.
public sealed interface Tree {
    record Text(String value) implements Tree {}

    record Whole(long value) implements Tree {}

    record Fraction(double value) implements Tree {}

    record Truth(boolean value) implements Tree {}

    record Nothing() implements Tree {}

    record Items(List<Tree> items) implements Tree {
        public Items {
            items = List.copyOf(items);
        }
    }

    /// In the order of the file.
    record Fields(Map<String, Tree> fields) implements Tree {
        public Fields {
            fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }
    }
}
