package io.pharos.model.promql;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Prints expressions as Prometheus 3.14 does (`promql/parser/printer.go`, `prettier.go`): on one line, or laid out
/// over several. Comments and superfluous spaces are gone; parentheses stay as they were. Stateless, thread-safe.
public final class PromqlPrinter {
    /// Longest text, in bytes, that the pretty form leaves on one line.
    private static final int LINE = 100;

    private PromqlPrinter() {}

    /// The expression on one line.
    public static String print(Expr expr) {
        var out = new StringBuilder();
        write(expr, out);
        return out.toString();
    }

    /// The expression laid out: whatever is longer than 100 bytes is split at its operands, two spaces a level.
    public static String pretty(Expr expr) {
        return pretty(expr, 0);
    }

    /// A duration as it stands in brackets or behind `offset`.
    public static String print(DurationExpr duration) {
        var out = new StringBuilder();
        writeOuter(duration, out);
        return out.toString();
    }

    private static void write(Expr expr, StringBuilder out) {
        switch (expr) {
            case Expr.NumberLiteral n -> out.append(number(n.value(), n.duration()));
            case Expr.StringLiteral s -> out.append(GoText.quote(s.value()));
            case Expr.VectorSelector v -> {
                writeSelector(v, out);
                writeAt(v.shift(), out);
                writeMode(v.mode(), out);
                writeOffset(v.shift(), out);
            }
            case Expr.MatrixSelector m -> {
                writeSelector(m.selector(), out);
                out.append('[');
                writeOuter(m.range(), out);
                out.append(']');
                writeMode(m.selector().mode(), out);
                writeAt(m.selector().shift(), out);
                writeOffset(m.selector().shift(), out);
            }
            case Expr.Subquery s -> {
                write(s.expr(), out);
                writeSuffix(s, out);
            }
            case Expr.Unary u -> {
                out.append(u.negative() ? '-' : '+');
                write(u.expr(), out);
            }
            case Expr.Paren p -> {
                out.append('(');
                write(p.expr(), out);
                out.append(')');
            }
            case Expr.Binary b -> {
                write(b.left(), out);
                out.append(' ').append(operator(b)).append(' ');
                write(b.right(), out);
            }
            case Expr.Aggregation a -> {
                out.append(aggregator(a)).append('(');
                if (a.parameter() != null) {
                    write(a.parameter(), out);
                    out.append(", ");
                }
                write(a.expr(), out);
                out.append(')');
            }
            case Expr.Call c -> {
                out.append(c.function().text()).append('(');
                for (int i = 0; i < c.arguments().size(); i++) {
                    if (i > 0) {
                        out.append(", ");
                    }
                    write(c.arguments().get(i), out);
                }
                out.append(')');
            }
        }
    }

    private static String pretty(Expr expr, int level) {
        String indent = "  ".repeat(level);
        String line = print(expr);
        boolean split = line.getBytes(StandardCharsets.UTF_8).length > LINE;
        return switch (expr) {
            // Prometheus indents neither of these two by itself.
            case Expr.Subquery s when !split -> line;
            case Expr.Subquery s -> {
                var suffix = new StringBuilder();
                writeSuffix(s, suffix);
                yield pretty(s.expr(), level) + suffix;
            }
            case Expr.Unary u ->
                indent + (u.negative() ? "-" : "+") + pretty(u.expr(), level).strip();
            case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.VectorSelector _, Expr.MatrixSelector _ ->
                indent + line;
            case Expr.Aggregation _, Expr.Binary _, Expr.Call _, Expr.Paren _ when !split -> indent + line;
            case Expr.Aggregation a -> {
                Expr parameter = a.parameter();
                yield indent + aggregator(a) + "(\n"
                        + (parameter == null ? "" : pretty(parameter, level + 1) + ",\n")
                        + pretty(a.expr(), level + 1)
                        + "\n" + indent + ")";
            }
            case Expr.Binary b ->
                pretty(b.left(), level + 1) + "\n" + indent + operator(b) + "\n" + pretty(b.right(), level + 1);
            case Expr.Call c -> {
                // No stream here: its frames would add to those of the nesting.
                var out = new StringBuilder(indent).append(c.function().text()).append("(\n");
                for (int i = 0; i < c.arguments().size(); i++) {
                    out.append(i == 0 ? "" : ",\n").append(pretty(c.arguments().get(i), level + 1));
                }
                yield out.append('\n').append(indent).append(')').toString();
            }
            case Expr.Paren p -> indent + "(\n" + pretty(p.expr(), level + 1) + "\n" + indent + ")";
        };
    }

    private static String aggregator(Expr.Aggregation a) {
        String name = a.operator().text();
        if (a.without()) {
            return name + " without (" + names(a.grouping()) + ") ";
        }
        return a.grouping().isEmpty() ? name : name + " by (" + names(a.grouping()) + ") ";
    }

    private static String operator(Expr.Binary b) {
        var out = new StringBuilder(b.operator().symbol());
        if (b.returnBool()) {
            out.append(" bool");
        }
        VectorMatching m = b.matching();
        if (m == null) {
            return out.toString();
        }
        boolean left = m.cardinality() == VectorMatching.Cardinality.MANY_TO_ONE;
        boolean grouped = left || m.cardinality() == VectorMatching.Cardinality.ONE_TO_MANY;
        if (!m.labels().isEmpty() || m.on() || grouped) {
            out.append(m.on() ? " on (" : " ignoring (")
                    .append(names(m.labels()))
                    .append(')');
        }
        if (grouped) {
            out.append(left ? " group_left (" : " group_right (")
                    .append(names(m.include()))
                    .append(')');
        }
        writeFill(m.fillLeft(), m.fillRight(), out);
        return out.toString();
    }

    private static void writeFill(@Nullable Double left, @Nullable Double right, StringBuilder out) {
        if (left != null && left.equals(right)) {
            out.append(" fill (").append(GoText.general(left)).append(')');
            return;
        }
        if (left != null) {
            out.append(" fill_left (").append(GoText.general(left)).append(')');
        }
        if (right != null) {
            out.append(" fill_right (").append(GoText.general(right)).append(')');
        }
    }

    private static String names(List<String> labels) {
        return labels.stream()
                .map(l -> Labels.isLegacyName(l) ? l : GoText.quote(l))
                .collect(Collectors.joining(", "));
    }

    private static void writeSelector(Expr.VectorSelector v, StringBuilder out) {
        var matchers = new ArrayList<String>(v.matchers().size());
        for (Matcher m : v.matchers()) {
            boolean isName = m.name().equals(Labels.METRIC_NAME)
                    && m.type() == Matcher.Type.EQUAL
                    && m.value().equals(v.name())
                    && !m.value().isEmpty();
            if (!isName) {
                matchers.add(m.toString());
            }
        }
        out.append(v.name());
        if (!matchers.isEmpty()) {
            matchers.sort(Labels.NAME_ORDER);
            out.append('{').append(String.join(",", matchers)).append('}');
        } else if (v.name().isEmpty()) {
            out.append("{}");
        }
    }

    private static void writeMode(RangeMode mode, StringBuilder out) {
        switch (mode) {
            case PLAIN -> {}
            case ANCHORED -> out.append(" anchored");
            case SMOOTHED -> out.append(" smoothed");
        }
    }

    private static void writeAt(TimeShift shift, StringBuilder out) {
        switch (shift.at()) {
            case TimeShift.At.EvaluationTime() -> {}
            case TimeShift.At.Fixed(long ms) -> out.append(" @ ").append(GoText.fixed(ms / 1000.0, 3));
            case TimeShift.At.Start() -> out.append(" @ start()");
            case TimeShift.At.End() -> out.append(" @ end()");
        }
    }

    private static void writeOffset(TimeShift shift, StringBuilder out) {
        if (shift.offset() != null) {
            out.append(" offset ");
            writeOuter(shift.offset(), out);
        }
    }

    private static void writeSuffix(Expr.Subquery s, StringBuilder out) {
        out.append('[');
        writeOuter(s.range(), out);
        out.append(':');
        if (s.step() != null) {
            writeOuter(s.step(), out);
        }
        out.append(']');
        writeAt(s.shift(), out);
        writeOffset(s.shift(), out);
    }

    /// A literal that stands alone has a unit, however it was written.
    private static void writeOuter(DurationExpr duration, StringBuilder out) {
        if (duration instanceof DurationExpr.Literal(double seconds, boolean _, Span _)) {
            out.append(number(seconds, true));
        } else {
            write(duration, out);
        }
    }

    private static void write(DurationExpr duration, StringBuilder out) {
        switch (duration) {
            case DurationExpr.Literal(double seconds, boolean number, Span _) -> out.append(number(seconds, !number));
            case DurationExpr.Step _ -> out.append("step()");
            case DurationExpr.Range _ -> out.append("range()");
            case DurationExpr.Unary u -> {
                if (u.negative()) {
                    out.append('-');
                }
                write(u.operand(), out);
            }
            case DurationExpr.Paren p -> {
                out.append('(');
                write(p.inner(), out);
                out.append(')');
            }
            case DurationExpr.Binary b -> {
                write(b.left(), out);
                out.append(' ').append(b.operator().symbol()).append(' ');
                write(b.right(), out);
            }
            case DurationExpr.Extreme e -> {
                out.append(e.max() ? "max_of(" : "min_of(");
                write(e.left(), out);
                out.append(", ");
                write(e.right(), out);
                out.append(')');
            }
        }
    }

    private static String number(double value, boolean duration) {
        if (!duration) {
            return GoText.plain(value);
        }
        String sign = value < 0 ? "-" : "";
        return sign + GoText.promDuration((long) (Math.rint(Math.abs(value) * 1e9) / 1e6));
    }
}
