package io.pharos.query.operator;

import io.pharos.query.plan.PlanNode;

/// `and`, `or`, `unless`, step by step.
final class SetJoin {
    private SetJoin() {}

    static SeriesTable join(PlanNode.VectorBinary node, SeriesTable left, SeriesTable right) {
        var signatures = new Signatures(node.matching(), left.labels, right.labels);
        return switch (node.operator()) {
            case AND -> filter(left, right, signatures, true);
            case UNLESS -> filter(left, right, signatures, false);
            case OR -> or(left, right, signatures);
            default -> throw new IllegalStateException("bug: " + node.operator().symbol() + " is no set operator");
        };
    }

    /// Keeps the cells of `left` where the other side has, or has not, a match.
    private static SeriesTable filter(SeriesTable left, SeriesTable right, Signatures signatures, boolean wanted) {
        int[][] rightRows = Signatures.rows(signatures.ofRight, signatures.count);
        var presence = new long[signatures.count][];
        int steps = left.grid.steps();
        for (int row = 0; row < left.rows; row++) {
            int signature = signatures.ofLeft[row];
            if (presence[signature] == null) {
                presence[signature] = Signatures.presence(right, rightRows[signature]);
            }
            SeriesBlock block = left.block(row);
            int cell = left.firstCell(row);
            for (int step = 0; step < steps; step++) {
                if (Signatures.has(presence[signature], step) != wanted && block.has(cell + step)) {
                    block.clear(cell + step);
                }
            }
        }
        return left.withoutEmptyRows();
    }

    private static SeriesTable or(SeriesTable left, SeriesTable right, Signatures signatures) {
        if (left.rows == 0) {
            return right;
        }
        if (right.rows == 0) {
            return left;
        }
        int[][] leftRows = Signatures.rows(signatures.ofLeft, signatures.count);
        var presence = new long[signatures.count][];
        int steps = left.grid.steps();
        var builder = new TableBuilder(left.grid);
        for (int row = 0; row < left.rows; row++) {
            copy(left, row, builder, null);
        }
        for (int row = 0; row < right.rows; row++) {
            int signature = signatures.ofRight[row];
            if (presence[signature] == null) {
                presence[signature] = Signatures.presence(left, leftRows[signature]);
            }
            boolean any = false;
            SeriesBlock block = right.block(row);
            int cell = right.firstCell(row);
            for (int step = 0; step < steps && !any; step++) {
                any = block.has(cell + step) && !Signatures.has(presence[signature], step);
            }
            if (any) {
                copy(right, row, builder, presence[signature]);
            }
        }
        return builder.build();
    }

    /// Copies a row, but for the steps in `except`.
    private static void copy(
            SeriesTable from, int row, TableBuilder to, long @org.jspecify.annotations.Nullable [] except) {
        SeriesBlock block = from.block(row);
        int cell = from.firstCell(row);
        int target = to.row(from.labels[row], from.dropName.get(row));
        for (int step = 0; step < from.grid.steps(); step++) {
            if (block.has(cell + step) && (except == null || !Signatures.has(except, step))) {
                to.set(target, step, block, cell + step);
            }
        }
    }
}
