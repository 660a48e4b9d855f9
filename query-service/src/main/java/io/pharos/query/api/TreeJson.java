package io.pharos.query.api;

import io.pharos.model.labels.Matcher;
import io.pharos.model.promql.DurationExpr;
import io.pharos.model.promql.Expr;
import io.pharos.model.promql.Function;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.promql.TimeShift;
import io.pharos.model.promql.ValueType;
import io.pharos.model.promql.VectorMatching;
import io.pharos.model.text.GoText;
import io.pharos.model.wire.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The JSON of `/api/v1/parse_query` (`web/api/v1/translate_ast.go` of Prometheus 3.14), members by name as Go sorts
/// them.
final class TreeJson {
    private TreeJson() {}

    static void write(Expr expr, JsonWriter out) {
        switch (expr) {
            case Expr.NumberLiteral n ->
                out.beginObject()
                        .field("type", "numberLiteral")
                        .field("val", GoText.plain(n.value()))
                        .endObject();
            case Expr.StringLiteral s ->
                out.beginObject()
                        .field("type", "stringLiteral")
                        .field("val", s.value())
                        .endObject();
            case Expr.VectorSelector v -> {
                out.beginObject();
                selector(v, out);
                out.field("type", "vectorSelector").endObject();
            }
            case Expr.MatrixSelector m -> {
                out.beginObject();
                selector(m.selector(), out);
                duration("range", m.range(), out);
                out.field("type", "matrixSelector").endObject();
            }
            case Expr.Subquery s -> {
                out.beginObject().name("expr");
                write(s.expr(), out);
                duration("offset", s.shift().offset(), out);
                duration("range", s.range(), out);
                duration("step", s.step(), out);
                at(s.shift().at(), out);
                out.field("type", "subquery").endObject();
            }
            case Expr.Unary u -> {
                out.beginObject().name("expr");
                write(u.expr(), out);
                out.field("op", u.negative() ? "-" : "+")
                        .field("type", "unaryExpr")
                        .endObject();
            }
            case Expr.Paren p -> {
                out.beginObject().name("expr");
                write(p.expr(), out);
                out.field("type", "parenExpr").endObject();
            }
            case Expr.Binary b -> {
                out.beginObject().field("bool", b.returnBool()).name("lhs");
                write(b.left(), out);
                out.name("matching");
                matching(b.matching(), out);
                out.field("op", b.operator().symbol()).name("rhs");
                write(b.right(), out);
                out.field("type", "binaryExpr").endObject();
            }
            case Expr.Aggregation a -> {
                out.beginObject().name("expr");
                write(a.expr(), out);
                out.name("grouping").texts(a.grouping());
                out.field("op", a.operator().text()).name("param");
                Expr parameter = a.parameter();
                if (parameter == null) {
                    out.nothing();
                } else {
                    write(parameter, out);
                }
                out.field("type", "aggregation").field("without", a.without()).endObject();
            }
            case Expr.Call c -> {
                out.beginObject().name("args").beginArray();
                for (Expr argument : c.arguments()) {
                    write(argument, out);
                }
                out.endArray().name("func");
                function(c.function(), out);
                out.field("type", "call").endObject();
            }
        }
    }

    private static void function(Function function, JsonWriter out) {
        out.beginObject()
                .name("argTypes")
                .texts(function.arguments().stream().map(ValueType::raw).toList());
        out.field("name", function.text())
                .field("returnType", function.returns().raw())
                .field("variadic", function.variadic())
                .endObject();
    }

    private static void matching(@Nullable VectorMatching m, JsonWriter out) {
        if (m == null) {
            out.nothing();
            return;
        }
        out.beginObject().field("card", m.cardinality().text());
        out.name("fillValues").beginObject();
        fill("lhs", m.fillLeft(), out);
        fill("rhs", m.fillRight(), out);
        out.endObject().name("include").texts(m.include());
        out.name("labels").texts(m.labels());
        out.field("on", m.on()).endObject();
    }

    private static void fill(String side, @Nullable Double value, JsonWriter out) {
        out.name(side);
        if (value == null) {
            out.nothing();
        } else {
            out.number(value);
        }
    }

    private static void selector(Expr.VectorSelector v, JsonWriter out) {
        out.field("anchored", v.mode() == RangeMode.ANCHORED).name("matchers").beginArray();
        for (Matcher m : v.matchers()) {
            out.beginObject()
                    .field("name", m.name())
                    .field("type", m.type().symbol())
                    .field("value", m.value())
                    .endObject();
        }
        out.endArray().field("name", v.name());
        duration("offset", v.shift().offset(), out);
        out.field("smoothed", v.mode() == RangeMode.SMOOTHED);
        at(v.shift().at(), out);
    }

    private static void at(TimeShift.At at, JsonWriter out) {
        out.name("startOrEnd");
        switch (at) {
            case TimeShift.At.Start() -> out.text("start");
            case TimeShift.At.End() -> out.text("end");
            case TimeShift.At.EvaluationTime(), TimeShift.At.Fixed _ -> out.nothing();
        }
        out.name("timestamp");
        if (at instanceof TimeShift.At.Fixed(long ms)) {
            out.number(ms);
        } else {
            out.nothing();
        }
    }

    /// `name` with the milliseconds of a literal, else 0, and `nameExpr` with the tree of anything else, else null.
    private static void duration(String name, @Nullable DurationExpr duration, JsonWriter out) {
        if (duration instanceof DurationExpr.Literal(double seconds, boolean _, var _)) {
            out.field(name, (long) (Math.rint(seconds * 1e9) / 1e6))
                    .name(name + "Expr")
                    .nothing();
            return;
        }
        out.field(name, 0).name(name + "Expr");
        if (duration == null) {
            out.nothing();
        } else {
            tree(duration, false, out);
        }
    }

    private static void tree(DurationExpr duration, boolean wrapped, JsonWriter out) {
        switch (duration) {
            case DurationExpr.Literal(double seconds, boolean number, var _) ->
                out.beginObject()
                        .field("duration", !number)
                        .field("type", "numberLiteral")
                        .field("val", GoText.plain(seconds))
                        .endObject();
            case DurationExpr.Paren(DurationExpr inner, var _) -> {
                // A literal cannot be marked as wrapped, so that Prometheus puts a plus before it.
                if (inner instanceof DurationExpr.Literal) {
                    node("+", List.of(inner), true, out);
                } else {
                    tree(inner, true, out);
                }
            }
            case DurationExpr.Step _ -> node("step", List.of(), wrapped, out);
            case DurationExpr.Range _ -> node("range", List.of(), wrapped, out);
            case DurationExpr.Unary u -> node(u.negative() ? "-" : "+", List.of(u.operand()), wrapped, out);
            case DurationExpr.Binary b -> node(b.operator().symbol(), List.of(b.left(), b.right()), wrapped, out);
            case DurationExpr.Extreme e ->
                node(e.max() ? "max_of" : "min_of", List.of(e.left(), e.right()), wrapped, out);
        }
    }

    /// One operand stands on the right.
    private static void node(String operator, List<DurationExpr> operands, boolean wrapped, JsonWriter out) {
        out.beginObject().name("lhs");
        if (operands.size() == 2) {
            tree(operands.getFirst(), false, out);
        } else {
            out.nothing();
        }
        out.field("op", operator).name("rhs");
        if (operands.isEmpty()) {
            out.nothing();
        } else {
            tree(operands.getLast(), false, out);
        }
        out.field("type", "durationExpr").field("wrapped", wrapped).endObject();
    }
}
