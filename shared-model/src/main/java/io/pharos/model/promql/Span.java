package io.pharos.model.promql;

/// Where a piece of an expression stands: UTF-8 byte offsets, start inclusive, end exclusive.
public record Span(int start, int end) {
    public Span {
        if (end < start) {
            throw new IllegalArgumentException("span ends at " + end + " before it starts at " + start);
        }
    }
}
