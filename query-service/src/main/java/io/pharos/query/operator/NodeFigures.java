package io.pharos.query.operator;

import java.util.List;

/// What one node of a plan did in one query: rows and samples it gave, and nanoseconds, those of its inputs included.
///
/// A node that works on each series alone is evaluated together with the node above it (`fused`): it has no time of its
/// own, and its figures are those of its selector. Bytes are those of the floats it gave.
public record NodeFigures(
        String operation, boolean fused, long rows, long samples, long bytes, long nanos, List<NodeFigures> inputs) {
    public NodeFigures {
        inputs = List.copyOf(inputs);
    }
}
