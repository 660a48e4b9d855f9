package io.pharos.query.operator;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.promql.BinaryOperator;
import io.pharos.model.promql.VectorMatching;
import io.pharos.model.promql.VectorMatching.Cardinality;
import io.pharos.query.function.EvaluationException;
import io.pharos.query.plan.PlanNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Arithmetic, comparison and trimming between two vectors.
///
/// Rows meet by signature (their matching labels). One side, called *one* here, may have a single element per
/// signature and step; the other, *many*, may have several with `group_left` or `group_right` only. Rows are
/// joined pair by pair over all steps; where several rows of *one* share a signature, the row that is present
/// is looked up step by step. The error of the earliest step is the one reported, as if the steps had been
/// evaluated one after the other.
final class BinaryJoin {
    private final QueryContext context;
    private final PlanNode.VectorBinary node;
    private final VectorMatching matching;
    private final SeriesTable many;
    private final SeriesTable one;
    private final boolean swapped;
    private final boolean oneToOne;
    private final int steps;
    private final Signatures signatures;
    private final int[] manySignature;
    private final int[] oneSignature;
    private final int[][] oneRows;
    private final @Nullable Double fillOne;
    private final @Nullable Double fillMany;
    private final TableBuilder result;
    private final BinaryCell cell;
    /// Per signature, the steps at which something was matched; kept only where it is asked for.
    private final long[] @Nullable [] matched;
    /// What each result row has been computed for, by step, to find results that coincide.
    private final Map<Labels, Touched> touched = new HashMap<>();

    private long firstErrorStep = Long.MAX_VALUE;
    private String firstError = "";

    private record Touched(int signature, long[] steps) {}

    BinaryJoin(QueryContext context, PlanNode.VectorBinary node, SeriesTable left, SeriesTable right) {
        this.context = context;
        this.node = node;
        matching = node.matching();
        swapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
        oneToOne = matching.cardinality() == Cardinality.ONE_TO_ONE;
        many = swapped ? right : left;
        one = swapped ? left : right;
        steps = left.grid.steps();
        signatures = new Signatures(matching, many.labels, one.labels);
        manySignature = signatures.ofLeft;
        oneSignature = signatures.ofRight;
        oneRows = Signatures.rows(oneSignature, signatures.count);
        // The reference takes the fill of the right side for a missing *one*, whichever side that is.
        fillOne = matching.fillRight();
        fillMany = matching.fillLeft();
        result = new TableBuilder(left.grid);
        cell = new BinaryCell(node.operator(), node.span(), context.notes);
        matched = new long[signatures.count][];
    }

    SeriesTable join() {
        boolean fills = fillOne != null || fillMany != null;
        if (many.rows == 0 && one.rows == 0 || (many.rows == 0 || one.rows == 0) && !fills) {
            return SeriesTable.empty(many.grid);
        }
        int[][] oneAt = new int[signatures.count][];
        long[] anyMany = fills ? allSteps() : Signatures.presence(many, all(many.rows));
        for (int signature = 0; signature < signatures.count; signature++) {
            if (oneRows[signature].length > 1) {
                oneAt[signature] = presentRows(signature, anyMany);
            }
        }
        failIfNeeded();
        for (int row = 0; row < many.rows; row++) {
            if ((row & 63) == 0) {
                context.check();
            }
            joinRow(row, oneAt);
        }
        if (fillMany != null) {
            fillManySide(fillMany);
        }
        failIfNeeded();
        return result.build();
    }

    private void joinRow(int row, int[][] oneAt) {
        int signature = manySignature[row];
        int[] candidates = oneRows[signature];
        int[] at = oneAt[signature];
        if (candidates.length == 1) {
            joinPair(row, candidates[0], signature, null);
            if (fillOne != null) {
                joinFilled(row, signature, Signatures.presence(one, candidates));
            }
            return;
        }
        if (at != null) {
            for (int candidate : candidates) {
                joinPair(row, candidate, signature, at);
            }
        }
        if (fillOne != null) {
            joinFilled(row, signature, Signatures.presence(one, candidates));
        }
    }

    /// Joins two rows at the steps at which `at` names the row of *one*, or at all if it is null.
    private void joinPair(int manyRow, int oneRow, int signature, int @Nullable [] at) {
        SeriesBlock a = many.block(manyRow);
        SeriesBlock b = one.block(oneRow);
        int aCell = many.firstCell(manyRow);
        int bCell = one.firstCell(oneRow);
        Labels labels = null;
        int target = -1;
        long[] mark = null;
        for (int step = 0; step < steps; step++) {
            if (!a.has(aCell + step) || !b.has(bCell + step) || at != null && at[step] != oneRow) {
                continue;
            }
            BinaryCell.Outcome outcome = compute(
                    a.values[aCell + step],
                    a.histogram(aCell + step),
                    b.values[bCell + step],
                    b.histogram(bCell + step));
            if (outcome == BinaryCell.Outcome.DROPPED) {
                continue;
            }
            if (labels == null) {
                labels = resultLabels(many.labels[manyRow], one.labels[oneRow]);
                mark = mark(labels, signature);
            }
            if (!claim(step, signature, mark)) {
                continue;
            }
            if (outcome == BinaryCell.Outcome.FILTERED && !node.returnBool()) {
                continue;
            }
            if (target < 0) {
                target = result.row(labels, node.returnBool());
            }
            put(target, step, outcome);
        }
    }

    /// Joins a row of *many* with the fill value at the steps where *one* has nothing.
    private void joinFilled(int manyRow, int signature, long[] onePresent) {
        double fill = java.util.Objects.requireNonNull(fillOne);
        SeriesBlock a = many.block(manyRow);
        int aCell = many.firstCell(manyRow);
        Labels labels = resultLabels(many.labels[manyRow], signatures.key(many.labels[manyRow]));
        long[] mark = mark(labels, signature);
        for (int step = 0; step < steps; step++) {
            if (!a.has(aCell + step) || Signatures.has(onePresent, step)) {
                continue;
            }
            BinaryCell.Outcome outcome = compute(a.values[aCell + step], a.histogram(aCell + step), fill, null);
            if (outcome == BinaryCell.Outcome.DROPPED || !claim(step, signature, mark)) {
                continue;
            }
            if (outcome == BinaryCell.Outcome.KEPT || node.returnBool()) {
                put(result.row(labels, node.returnBool()), step, outcome);
            }
        }
    }

    /// Joins rows of *one* that found no match with the fill value of the other side.
    private void fillManySide(double fill) {
        for (int row = 0; row < one.rows; row++) {
            int signature = oneSignature[row];
            SeriesBlock b = one.block(row);
            int bCell = one.firstCell(row);
            long[] before = matched[signature];
            long[] matchedBefore = before == null ? new long[(steps + 63) >>> 6] : before.clone();
            Labels labels = resultLabels(signatures.key(one.labels[row]), one.labels[row]);
            long[] mark = mark(labels, signature);
            for (int step = 0; step < steps; step++) {
                if (!b.has(bCell + step) || Signatures.has(matchedBefore, step)) {
                    continue;
                }
                BinaryCell.Outcome outcome = compute(fill, null, b.values[bCell + step], b.histogram(bCell + step));
                if (outcome == BinaryCell.Outcome.DROPPED || !claim(step, signature, mark)) {
                    continue;
                }
                if (outcome == BinaryCell.Outcome.KEPT || node.returnBool()) {
                    put(result.row(labels, node.returnBool()), step, outcome);
                }
            }
        }
    }

    private BinaryCell.Outcome compute(
            double a, @Nullable FloatHistogram aHistogram, double b, @Nullable FloatHistogram bHistogram) {
        return swapped ? cell.apply(b, bHistogram, a, aHistogram) : cell.apply(a, aHistogram, b, bHistogram);
    }

    private void put(int target, int step, BinaryCell.Outcome outcome) {
        if (result.has(target, step)) {
            error(step, Tables.SAME_LABELS);
            return;
        }
        FloatHistogram h = cell.histogram;
        if (node.returnBool()) {
            result.set(target, step, outcome == BinaryCell.Outcome.KEPT ? 1.0 : 0.0);
        } else if (h != null) {
            result.set(target, step, h);
        } else {
            result.set(target, step, cell.value);
        }
    }

    private long[] mark(Labels labels, int signature) {
        if (oneToOne) {
            return EMPTY;
        }
        Touched known = touched.get(labels);
        if (known == null || known.signature() != signature) {
            known = new Touched(signature, new long[(steps + 63) >>> 6]);
            touched.put(labels, known);
        }
        return known.steps();
    }

    private static final long[] EMPTY = {};

    /// Notes that the signature (one-to-one) or the result's labels are taken at a step; false, and an error, if they
    /// were.
    private boolean claim(int step, int signature, long @Nullable [] mark) {
        long bit = 1L << step;
        int word = step >>> 6;
        long[] of = matched[signature];
        if (of == null) {
            of = new long[(steps + 63) >>> 6];
            matched[signature] = of;
        }
        if (oneToOne) {
            if ((of[word] & bit) != 0) {
                error(
                        step,
                        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
                return false;
            }
        } else if (mark != null) {
            if ((mark[word] & bit) != 0) {
                error(step, "multiple matches for labels: grouping labels must ensure unique matches");
                return false;
            }
            mark[word] |= bit;
        }
        of[word] |= bit;
        return true;
    }

    /// The row of *one* that is present at each step, −1 for none. Two at one step are an error.
    private int[] presentRows(int signature, long[] anyMany) {
        var at = new int[steps];
        Arrays.fill(at, -1);
        for (int row : oneRows[signature]) {
            SeriesBlock block = one.block(row);
            int from = one.firstCell(row);
            for (int step = 0; step < steps; step++) {
                if (!block.has(from + step) || !Signatures.has(anyMany, step)) {
                    continue;
                }
                if (at[step] < 0) {
                    at[step] = row;
                } else if (step < firstErrorStep) {
                    String a = one.labels[at[step]].toString();
                    String b = one.labels[row].toString();
                    boolean ordered = a.compareTo(b) <= 0;
                    error(
                            step,
                            "found duplicate series for the match group " + signatures.key(one.labels[row]) + " on the "
                                    + (swapped ? "left" : "right") + " hand-side of the operation: ["
                                    + (ordered ? a : b) + ", " + (ordered ? b : a)
                                    + "];many-to-many matching not allowed: matching labels must be unique on one side");
                }
            }
        }
        return at;
    }

    private void error(int step, String text) {
        if (step < firstErrorStep) {
            firstErrorStep = step;
            firstError = text;
        }
    }

    private void failIfNeeded() {
        if (firstErrorStep != Long.MAX_VALUE) {
            throw new EvaluationException(firstError);
        }
    }

    private long[] allSteps() {
        var bits = new long[(steps + 63) >>> 6];
        Arrays.fill(bits, -1L);
        return bits;
    }

    private static int[] all(int rows) {
        var all = new int[rows];
        Arrays.setAll(all, i -> i);
        return all;
    }

    private Labels resultLabels(Labels ofMany, Labels ofOne) {
        boolean drops = dropsName(node.operator()) || node.returnBool() && !context.flags.delayedNameRemoval();
        Labels labels = drops ? LabelPick.WITHOUT_IDENTITY.of(ofMany) : ofMany;
        if (oneToOne) {
            labels = matching.on()
                    ? LabelPick.keeping(matching.labels()).of(labels)
                    : LabelPick.dropping(matching.labels()).of(labels);
        }
        if (matching.include().isEmpty()) {
            return labels;
        }
        var builder = new LabelsBuilder(labels);
        for (String name : matching.include()) {
            builder.set(name, ofOne.get(name));
        }
        return builder.build();
    }

    /// Whether the operator makes something of which the metric's name no longer tells the truth.
    static boolean dropsName(BinaryOperator operator) {
        return switch (operator) {
            case ADD, SUB, MUL, DIV, MOD, POW, ATAN2 -> true;
            default -> false;
        };
    }
}
