package io.pharos.query.plan;

import io.pharos.model.promql.BinaryOperator;
import io.pharos.query.function.GoMath;

/// Binary operators on two numbers; comparisons give 1 or 0.
public final class ScalarArithmetic {
    private ScalarArithmetic() {}

    public static double apply(BinaryOperator operator, double a, double b) {
        return switch (operator) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MOD -> a % b;
            case POW -> GoMath.power(a, b);
            case ATAN2 -> GoMath.atan2(a, b);
            case EQL, NEQ, LSS, LTE, GTR, GTE -> compare(operator, a, b) ? 1 : 0;
            case TRIM_UPPER, TRIM_LOWER, AND, OR, UNLESS ->
                throw new IllegalArgumentException("bug: operator " + operator.symbol() + " on two scalars");
        };
    }

    public static boolean compare(BinaryOperator operator, double a, double b) {
        return switch (operator) {
            case EQL -> a == b;
            case NEQ -> a != b;
            case LSS -> a < b;
            case LTE -> a <= b;
            case GTR -> a > b;
            case GTE -> a >= b;
            default -> throw new IllegalArgumentException("bug: " + operator.symbol() + " is no comparison");
        };
    }
}
