package io.pharos.model.promql;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.promql.VectorMatching.Cardinality;
import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks types, arities and matchings of a parsed tree, in the order in which Prometheus does
/// (`promql/parser/parse.go`, `checkAST`), and settles the matching of binary operations: null unless both sides are
/// vectors, many-to-many for set operators.
final class TypeCheck {
    private final byte[] text;

    private TypeCheck(byte[] text) {
        this.text = text;
    }

    static Expr check(Expr expr, byte[] text) {
        return new TypeCheck(text).check(expr);
    }

    private Expr check(Expr expr) {
        return switch (expr) {
            case Expr.NumberLiteral _, Expr.StringLiteral _ -> expr;
            case Expr.VectorSelector selector -> {
                check(selector, false);
                yield selector;
            }
            case Expr.MatrixSelector matrix -> {
                check(matrix.selector(), false);
                yield matrix;
            }
            case Expr.Paren paren -> {
                Expr inner = check(paren.expr());
                yield inner == paren.expr() ? paren : new Expr.Paren(inner, paren.span());
            }
            case Expr.Unary unary -> {
                Expr inner = check(unary.expr());
                if (!isNumeric(inner.type())) {
                    throw error(
                            unary.span(),
                            "unary expression only allowed on expressions of type scalar or instant vector, got "
                                    + GoText.quote(inner.type().documented()));
                }
                yield inner == unary.expr() ? unary : new Expr.Unary(unary.negative(), inner, unary.span());
            }
            case Expr.Subquery subquery -> {
                Expr inner = check(subquery.expr());
                if (inner.type() != ValueType.VECTOR) {
                    throw error(
                            subquery.span(),
                            "subquery is only allowed on instant vector, got "
                                    + inner.type().raw() + " instead");
                }
                yield inner == subquery.expr()
                        ? subquery
                        : new Expr.Subquery(
                                inner, subquery.range(), subquery.step(), subquery.shift(), subquery.span());
            }
            case Expr.Aggregation aggregation -> checkAggregation(aggregation);
            case Expr.Call call -> checkCall(call);
            case Expr.Binary binary -> checkBinary(binary);
        };
    }

    private void check(Expr.VectorSelector selector, boolean mayBeEmpty) {
        List<Matcher> matchers = selector.matchers();
        if (!selector.name().isEmpty()) {
            for (Matcher m : matchers.subList(0, matchers.size() - 1)) {
                if (m.name().equals(Labels.METRIC_NAME)) {
                    throw error(
                            selector.span(),
                            "metric name must not be set twice: " + GoText.quote(selector.name()) + " or "
                                    + GoText.quote(m.value()));
                }
            }
            return;
        }
        if (!mayBeEmpty && matchers.stream().allMatch(Matcher::matchesEmpty)) {
            throw error(selector.span(), "vector selector must contain at least one non-empty matcher");
        }
    }

    private Expr checkAggregation(Expr.Aggregation a) {
        Expr inner = expect(a.expr(), ValueType.VECTOR, "aggregation expression");
        Expr parameter = a.parameter();
        if (parameter != null) {
            ValueType wanted = a.operator() == Aggregator.COUNT_VALUES ? ValueType.STRING : ValueType.SCALAR;
            parameter = expect(parameter, wanted, "aggregation parameter");
        }
        return inner == a.expr() && parameter == a.parameter()
                ? a
                : new Expr.Aggregation(a.operator(), inner, parameter, a.grouping(), a.without(), a.span());
    }

    private Expr expect(Expr expr, ValueType wanted, String context) {
        Expr checked = check(expr);
        if (checked.type() != wanted) {
            throw mismatch(expr.span(), wanted, context, checked.type());
        }
        return checked;
    }

    private ParseException mismatch(Span span, ValueType wanted, String context, ValueType got) {
        return error(span, "expected type " + wanted.documented() + " in " + context + ", got " + got.documented());
    }

    private Expr checkCall(Expr.Call call) {
        Function function = call.function();
        String name = GoText.quote(function.text());
        List<ValueType> types = function.arguments();
        List<Expr> arguments = call.arguments();
        int given = arguments.size();
        if (function.variadic() == 0) {
            if (given != types.size()) {
                throw arity(call.span(), "expected ", types.size(), name, given);
            }
        } else {
            int least = types.size() - 1;
            int most = least + function.variadic();
            if (given < least) {
                throw arity(call.span(), "expected at least ", least, name, given);
            }
            if (function.variadic() > 0 && given > most) {
                throw arity(call.span(), "expected at most ", most, name, given);
            }
        }
        boolean info = function == Function.INFO && given > 1;
        if (info) {
            checkInfoSelector(call, arguments.get(1));
        }
        var checked = new ArrayList<Expr>(given);
        boolean same = true;
        for (int i = 0; i < given; i++) {
            Expr argument = arguments.get(i);
            Expr c;
            if (info && i == 1 && argument instanceof Expr.VectorSelector selector) {
                check(selector, true);
                c = argument;
            } else {
                c = check(argument);
            }
            ValueType wanted = types.get(Math.min(i, types.size() - 1));
            if (c.type() != wanted) {
                throw mismatch(argument.span(), wanted, "call to function " + name, c.type());
            }
            same &= c == argument;
            checked.add(c);
        }
        return same ? call : new Expr.Call(function, checked, call.span());
    }

    private void checkInfoSelector(Expr.Call call, Expr argument) {
        if (argument.type() != ValueType.VECTOR) {
            throw mismatch(call.span(), ValueType.VECTOR, "call to function \"info\"", argument.type());
        }
        if (!(argument instanceof Expr.VectorSelector selector)) {
            throw error(argument.span(), "expected label selectors only");
        }
        if (!selector.name().isEmpty()) {
            throw error(argument.span(), "expected label selectors only, got vector selector instead");
        }
    }

    private ParseException arity(Span span, String start, int wanted, String name, int given) {
        return error(span, start + wanted + " argument(s) in call to " + name + ", got " + given);
    }

    private Expr checkBinary(Expr.Binary b) {
        Expr left = check(b.left());
        Expr right = check(b.right());
        ValueType lt = left.type();
        ValueType rt = right.type();
        BinaryOperator op = b.operator();
        VectorMatching written = b.matching();
        if (written == null) {
            throw new IllegalStateException("bug: a binary operation without its matching as written");
        }
        if (b.returnBool() && !op.isComparison()) {
            throw error(operatorSpan(b), "bool modifier can only be used on comparison operators");
        }
        if (op.isComparison() && !b.returnBool() && lt == ValueType.SCALAR && rt == ValueType.SCALAR) {
            throw error(operatorSpan(b), "comparisons between scalars must use BOOL modifier");
        }
        if (written.on()) {
            for (String label : written.labels()) {
                if (written.include().contains(label)) {
                    throw error(
                            operatorSpan(b),
                            "label " + GoText.quote(label) + " must not occur in ON and GROUP clause at once");
                }
            }
        }
        if (!isNumeric(lt)) {
            throw error(left.span(), "binary expression must contain only scalar and instant vector types");
        }
        if (!isNumeric(rt)) {
            throw error(right.span(), "binary expression must contain only scalar and instant vector types");
        }
        VectorMatching matching =
                lt == ValueType.VECTOR && rt == ValueType.VECTOR ? betweenVectors(b, written) : withScalar(b, written);
        return new Expr.Binary(op, left, right, b.returnBool(), matching, b.span());
    }

    private @Nullable VectorMatching withScalar(Expr.Binary b, VectorMatching written) {
        if (!written.labels().isEmpty()) {
            throw error(b.span(), "vector matching only allowed between instant vectors");
        }
        if (written.fillLeft() != null || written.fillRight() != null) {
            throw error(b.span(), "filling in missing series only allowed between instant vectors");
        }
        if (b.operator().isSet()) {
            throw error(
                    b.span(),
                    "set operator " + GoText.quote(b.operator().symbol()) + " not allowed in binary scalar expression");
        }
        return null;
    }

    private VectorMatching betweenVectors(Expr.Binary b, VectorMatching written) {
        if (!b.operator().isSet()) {
            return written;
        }
        if (written.cardinality() != Cardinality.ONE_TO_ONE) {
            throw error(
                    b.span(),
                    "no grouping allowed for " + GoText.quote(b.operator().symbol()) + " operation");
        }
        if (written.fillLeft() != null || written.fillRight() != null) {
            throw error(b.span(), "filling in missing series not allowed for set operators");
        }
        return new VectorMatching(
                Cardinality.MANY_TO_MANY, written.labels(), written.on(), written.include(), null, null);
    }

    /// From the operator to what stands before the right side.
    private Span operatorSpan(Expr.Binary b) {
        int start = b.left().span().end();
        while (isBlank(text[start])) {
            start++;
        }
        int end = b.right().span().start() - 1;
        while (isBlank(text[end])) {
            end--;
        }
        return new Span(start, Math.max(start, end));
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isNumeric(ValueType type) {
        return type == ValueType.SCALAR || type == ValueType.VECTOR;
    }

    private ParseException error(Span span, String reason) {
        return new ParseException(text, span, reason);
    }
}
