package io.pharos.model.promql;

import io.pharos.model.promql.Token.Kind;

/// Parses durations in brackets and behind `offset`, arithmetic included, from the tokens of an [ExprParser].
final class DurationParser {
    private static final int UNARY_OPERAND = 3;

    /// 2^63 ns: what Go's `time.Duration` holds.
    private static final double MAX_SECONDS = 0x1p63 / 1e9;

    private final ExprParser tokens;
    private String context = "offset";
    private String expected = "number, duration, step(), or range()";

    DurationParser(ExprParser tokens) {
        this.tokens = tokens;
    }

    /// Behind `[` or the colon: any arithmetic. A literal must be above 0.
    DurationExpr positive(String where, String wanted) {
        context = where;
        expected = wanted;
        DurationExpr parsed = binary(1);
        if (parsed instanceof DurationExpr.Literal(double seconds, boolean _, Span span) && seconds <= 0) {
            throw tokens.error(span, "duration must be greater than 0");
        }
        return parsed;
    }

    /// Behind `offset`: one signed operand, so that `a offset 5m + 1` adds to `a`; only a parenthesis without a
    /// sign lets arithmetic follow.
    DurationExpr offset() {
        Token first = tokens.peek();
        switch (first.kind()) {
            case LEFT_PAREN -> {
                return binary(1);
            }
            case ADD, SUB -> {
                tokens.take();
                Kind second = tokens.peek().kind();
                DurationExpr operand = second == Kind.ADD || second == Kind.SUB ? binary(UNARY_OPERAND) : operand();
                DurationExpr signed = signed(first, operand);
                return second == Kind.ADD || second == Kind.SUB ? rest(signed, 1) : signed;
            }
            default -> {
                return operand();
            }
        }
    }

    private DurationExpr binary(int lowest) {
        tokens.enter();
        DurationExpr left;
        Token sign = tokens.peek();
        if (sign.kind() == Kind.ADD || sign.kind() == Kind.SUB) {
            tokens.take();
            left = signed(sign, binary(UNARY_OPERAND));
        } else {
            left = operand();
        }
        left = rest(left, lowest);
        tokens.leave();
        return left;
    }

    private DurationExpr rest(DurationExpr first, int lowest) {
        DurationExpr left = first;
        int operations = 0;
        while (true) {
            Token token = tokens.peek();
            BinaryOperator operator =
                    switch (token.kind()) {
                        case ADD -> BinaryOperator.ADD;
                        case SUB -> BinaryOperator.SUB;
                        case MUL -> BinaryOperator.MUL;
                        case DIV -> BinaryOperator.DIV;
                        case MOD -> BinaryOperator.MOD;
                        case POW -> BinaryOperator.POW;
                        default -> null;
                    };
            if (operator == null || precedence(operator) < lowest) {
                for (; operations > 0; operations--) {
                    tokens.leave();
                }
                return left;
            }
            tokens.take();
            // Every operation nests the tree by one level, whether or not it recurses here.
            tokens.enter();
            operations++;
            DurationExpr right =
                    binary(operator == BinaryOperator.POW ? precedence(operator) : precedence(operator) + 1);
            if (right instanceof DurationExpr.Literal(double seconds, boolean _, Span _) && seconds == 0) {
                if (operator == BinaryOperator.DIV) {
                    throw tokens.error(token.span(), "division by zero");
                }
                if (operator == BinaryOperator.MOD) {
                    throw tokens.error(token.span(), "modulo by zero");
                }
            }
            left = new DurationExpr.Binary(
                    operator,
                    left,
                    right,
                    new Span(left.span().start(), right.span().end()));
        }
    }

    private static int precedence(BinaryOperator operator) {
        return switch (operator) {
            case ADD, SUB -> 1;
            case MUL, DIV, MOD -> 2;
            default -> UNARY_OPERAND;
        };
    }

    private DurationExpr signed(Token sign, DurationExpr operand) {
        boolean negative = sign.kind() == Kind.SUB;
        Span span = new Span(sign.start(), operand.span().end());
        if (operand instanceof DurationExpr.Literal(double seconds, boolean number, Span _)) {
            return literal(negative ? -seconds : seconds, number, span);
        }
        return negative ? new DurationExpr.Unary(true, operand, span) : operand;
    }

    private DurationExpr.Literal literal(double seconds, boolean number, Span span) {
        if (seconds > MAX_SECONDS || seconds < -MAX_SECONDS) {
            throw tokens.error(span, "duration out of range");
        }
        return new DurationExpr.Literal(seconds, number, span);
    }

    private DurationExpr operand() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case NUMBER, DURATION -> literal(tokens.number(), token.kind() == Kind.NUMBER, token.span());
            case STEP, RANGE -> {
                tokens.take();
                require(Kind.LEFT_PAREN);
                Token close = require(Kind.RIGHT_PAREN);
                Span span = new Span(token.start(), close.end());
                yield token.kind() == Kind.STEP ? new DurationExpr.Step(span) : new DurationExpr.Range(span);
            }
            case MIN_OF, MAX_OF -> {
                tokens.take();
                require(Kind.LEFT_PAREN);
                DurationExpr left = binary(1);
                require(Kind.COMMA);
                DurationExpr right = binary(1);
                Token close = require(Kind.RIGHT_PAREN);
                yield new DurationExpr.Extreme(
                        token.kind() == Kind.MAX_OF, left, right, new Span(token.start(), close.end()));
            }
            case LEFT_PAREN -> {
                tokens.take();
                DurationExpr inner = binary(1);
                Token close = require(Kind.RIGHT_PAREN);
                yield new DurationExpr.Paren(inner, new Span(token.start(), close.end()));
            }
            default -> throw tokens.unexpected(context, expected);
        };
    }

    private Token require(Kind kind) {
        if (tokens.peek().kind() != kind) {
            throw tokens.unexpected(context, expected);
        }
        return tokens.take();
    }
}
