package io.pharos.model.promql;

import io.pharos.model.labels.BadRegexException;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.promql.Token.Kind;
import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses one text, top down, binary operators by precedence climbing. Builds an unchecked tree: each binary
/// operation still holds the matching that was written, also where a side is no vector.
///
/// Prometheus' parser is generated from an LALR grammar and words a syntax error by the innermost rule that expects
/// one. Two things follow here: the lookahead token is read only where that grammar would read it (so that the
/// first error is the same), and an error anywhere inside an aggregation's parentheses is one "in aggregation"
/// ([#openAggregations]).
final class ExprParser {
    private static final int UNARY_OPERAND = 6;

    private final byte[] text;
    private final Lexer lexer;
    private final FeatureFlags flags;
    private @Nullable Token lookahead;
    private int lastEnd;
    private int openAggregations;
    private int nesting;

    /// Levels of the tree that was built last.
    private int depth;

    ExprParser(byte[] text, FeatureFlags flags) {
        this.text = text;
        this.lexer = new Lexer(text);
        this.flags = flags;
    }

    Expr expression() {
        if (peek().kind() == Kind.END_OF_INPUT) {
            throw new ParseException(text, new Span(0, 0), "no expression found in input");
        }
        Expr expr = binary(1);
        if (peek().kind() != Kind.END_OF_INPUT) {
            throw unexpected();
        }
        return expr;
    }

    List<Matcher> selectorAlone() {
        Kind kind = peek().kind();
        if (!kind.isMetricName() && kind != Kind.LEFT_BRACE) {
            throw unexpected();
        }
        Expr.VectorSelector selector = kind == Kind.LEFT_BRACE ? braces(null) : named(take());
        if (peek().kind() != Kind.END_OF_INPUT) {
            throw unexpected();
        }
        return selector.matchers();
    }

    // ---- binary and unary operators

    private Expr binary(int lowest) {
        enter();
        Expr left = unary();
        while (true) {
            Token token = peek();
            BinaryOperator operator = operatorOf(token.kind());
            if (operator == null || precedence(operator) < lowest) {
                break;
            }
            take();
            int leftDepth = depth;
            left = operation(left, operator);
            deepen(Math.max(leftDepth, depth));
        }
        nesting--;
        return left;
    }

    private Expr operation(Expr left, BinaryOperator operator) {
        boolean returnBool = skip(Kind.BOOL);
        List<String> labels = List.of();
        List<String> include = List.of();
        boolean on = false;
        var cardinality = VectorMatching.Cardinality.ONE_TO_ONE;
        Kind next = peek().kind();
        if (next == Kind.ON || next == Kind.IGNORING) {
            take();
            on = next == Kind.ON;
            labels = grouping();
            next = peek().kind();
            if (next == Kind.GROUP_LEFT || next == Kind.GROUP_RIGHT) {
                take();
                cardinality = next == Kind.GROUP_LEFT
                        ? VectorMatching.Cardinality.MANY_TO_ONE
                        : VectorMatching.Cardinality.ONE_TO_MANY;
                // Labels may be left out, but only before what goes on with the operation.
                if (peek().kind() == Kind.LEFT_PAREN || !goesOn(peek().kind())) {
                    include = grouping();
                }
            }
        }
        Double fillLeft = null;
        Double fillRight = null;
        next = peek().kind();
        if (next == Kind.FILL) {
            take();
            fillLeft = fillValue();
            fillRight = fillLeft;
        } else if (next == Kind.FILL_LEFT) {
            take();
            fillLeft = fillValue();
            if (skip(Kind.FILL_RIGHT)) {
                fillRight = fillValue();
            }
        } else if (next == Kind.FILL_RIGHT) {
            take();
            fillRight = fillValue();
            if (skip(Kind.FILL_LEFT)) {
                fillLeft = fillValue();
            }
        }
        Expr right = binary(operator == BinaryOperator.POW ? precedence(operator) : precedence(operator) + 1);
        Span span = new Span(left.span().start(), right.span().end());
        if ((fillLeft != null || fillRight != null) && !flags.binopFillModifiers()) {
            throw error(span, "binop fill modifiers are experimental and not enabled");
        }
        var matching = new VectorMatching(cardinality, labels, on, include, fillLeft, fillRight);
        return new Expr.Binary(operator, left, right, returnBool, matching, span);
    }

    private static boolean goesOn(Kind kind) {
        return kind.startsExpression() || kind == Kind.FILL || kind == Kind.FILL_LEFT || kind == Kind.FILL_RIGHT;
    }

    private double fillValue() {
        require(Kind.LEFT_PAREN);
        Kind sign = peek().kind();
        if (sign == Kind.ADD || sign == Kind.SUB) {
            take();
        }
        double value = number();
        require(Kind.RIGHT_PAREN);
        return sign == Kind.SUB ? -value : value;
    }

    private Expr unary() {
        Token sign = peek();
        if (sign.kind() != Kind.ADD && sign.kind() != Kind.SUB) {
            return new Modifiers(this).apply(primary());
        }
        take();
        Expr operand = binary(UNARY_OPERAND);
        boolean negative = sign.kind() == Kind.SUB;
        Span span = new Span(sign.start(), operand.span().end());
        if (operand instanceof Expr.NumberLiteral(double value, boolean duration, Span _)) {
            return new Expr.NumberLiteral(negative ? -value : value, duration, span);
        }
        deepen(depth);
        return new Expr.Unary(negative, operand, span);
    }

    private static int precedence(BinaryOperator operator) {
        return switch (operator) {
            case OR -> 1;
            case AND, UNLESS -> 2;
            case EQL, NEQ, LSS, LTE, GTR, GTE, TRIM_UPPER, TRIM_LOWER -> 3;
            case ADD, SUB -> 4;
            case MUL, DIV, MOD, ATAN2 -> 5;
            case POW -> UNARY_OPERAND;
        };
    }

    private static @Nullable BinaryOperator operatorOf(Kind kind) {
        return switch (kind) {
            case ADD -> BinaryOperator.ADD;
            case SUB -> BinaryOperator.SUB;
            case MUL -> BinaryOperator.MUL;
            case DIV -> BinaryOperator.DIV;
            case MOD -> BinaryOperator.MOD;
            case POW -> BinaryOperator.POW;
            case ATAN2 -> BinaryOperator.ATAN2;
            case EQL -> BinaryOperator.EQL;
            case NEQ -> BinaryOperator.NEQ;
            case LSS -> BinaryOperator.LSS;
            case LTE -> BinaryOperator.LTE;
            case GTR -> BinaryOperator.GTR;
            case GTE -> BinaryOperator.GTE;
            case TRIM_UPPER -> BinaryOperator.TRIM_UPPER;
            case TRIM_LOWER -> BinaryOperator.TRIM_LOWER;
            case AND -> BinaryOperator.AND;
            case OR -> BinaryOperator.OR;
            case UNLESS -> BinaryOperator.UNLESS;
            default -> null;
        };
    }

    // ---- operands

    private Expr primary() {
        Token token = peek();
        depth = 1;
        return switch (token.kind()) {
            case NUMBER -> new Expr.NumberLiteral(number(), false, token.span());
            case DURATION -> new Expr.NumberLiteral(number(), true, token.span());
            case STRING -> new Expr.StringLiteral(QuotedText.unquote(take().text()), token.span());
            case LEFT_BRACE -> braces(null);
            case LEFT_PAREN -> parenthesised();
            default -> {
                if (!token.kind().isMetricName()) {
                    throw unexpected();
                }
                take();
                Kind next = peek().kind();
                if (token.kind().isAggregator()
                        && (next == Kind.LEFT_PAREN || next == Kind.BY || next == Kind.WITHOUT)) {
                    yield aggregation(token);
                }
                yield token.kind().isFunctionName() && next == Kind.LEFT_PAREN ? call(token) : named(token);
            }
        };
    }

    private Expr parenthesised() {
        Token open = take();
        Expr inner = binary(1);
        require(Kind.RIGHT_PAREN);
        deepen(depth);
        return new Expr.Paren(inner, new Span(open.start(), lastEnd));
    }

    private Expr call(Token name) {
        List<Expr> arguments = arguments();
        Function function = Function.named(name.text()).orElse(null);
        if (function == null) {
            throw error(name.span(), "unknown function with name " + GoText.quote(name.text()));
        }
        if (function.isExperimental() && !flags.experimentalFunctions()) {
            throw error(name.span(), "function " + GoText.quote(name.text()) + " is not enabled");
        }
        return new Expr.Call(function, arguments, new Span(name.start(), lastEnd));
    }

    private List<Expr> arguments() {
        require(Kind.LEFT_PAREN);
        if (skip(Kind.RIGHT_PAREN)) {
            return List.of();
        }
        var arguments = new ArrayList<Expr>();
        int deepest = 0;
        while (true) {
            arguments.add(binary(1));
            deepest = Math.max(deepest, depth);
            if (skip(Kind.RIGHT_PAREN)) {
                deepen(deepest);
                return arguments;
            }
            Token comma = require(Kind.COMMA);
            if (!peek().kind().startsExpression()) {
                throw error(comma.span(), "trailing commas not allowed in function call args");
            }
        }
    }

    private Expr aggregation(Token name) {
        openAggregations++;
        Aggregator operator = Aggregator.valueOf(name.kind().name());
        List<String> grouping = List.of();
        Kind modifier = peek().kind();
        if (modifier == Kind.BY || modifier == Kind.WITHOUT) {
            take();
            grouping = grouping();
        }
        List<Expr> arguments = arguments();
        openAggregations--;
        if (modifier != Kind.BY && modifier != Kind.WITHOUT) {
            modifier = peek().kind();
            if (modifier == Kind.BY || modifier == Kind.WITHOUT) {
                take();
                grouping = grouping();
            }
        }
        Span span = new Span(name.start(), lastEnd);
        if (arguments.isEmpty()) {
            throw error(span, "no arguments for aggregate expression provided");
        }
        if (operator.isExperimental() && !flags.experimentalFunctions()) {
            throw error(
                    span,
                    operator.text()
                            + "() is experimental and must be enabled with"
                            + " --enable-feature=promql-experimental-functions");
        }
        int wanted = operator.hasParameter() ? 2 : 1;
        if (arguments.size() != wanted) {
            throw error(
                    span,
                    "wrong number of arguments for aggregate expression provided, expected " + wanted + ", got "
                            + arguments.size());
        }
        Expr parameter = operator.hasParameter() ? arguments.get(0) : null;
        return new Expr.Aggregation(
                operator, arguments.get(wanted - 1), parameter, grouping, modifier == Kind.WITHOUT, span);
    }

    private List<String> grouping() {
        if (peek().kind() != Kind.LEFT_PAREN) {
            throw unexpected("grouping opts", "\"(\"");
        }
        take();
        var labels = new ArrayList<String>();
        if (skip(Kind.RIGHT_PAREN)) {
            return labels;
        }
        do {
            Token label = peek();
            if (label.kind() == Kind.RIGHT_PAREN && !labels.isEmpty()) {
                break;
            }
            if (!label.kind().isLabelName() && label.kind() != Kind.STRING) {
                throw unexpected("grouping opts", "label");
            }
            take();
            String name = label.kind() == Kind.STRING ? QuotedText.unquote(label.text()) : label.text();
            if (name.isEmpty() || name.indexOf('\uFFFD') >= 0) {
                // Bytes that are no UTF-8 are lost in a String, so they are shown as they were written.
                String written = name.isEmpty() ? GoText.quote(name) : label.text();
                throw error(label.span(), "invalid label name for grouping: " + written);
            }
            labels.add(name);
        } while (skip(Kind.COMMA));
        if (!skip(Kind.RIGHT_PAREN)) {
            throw unexpected("grouping opts", "\",\" or \")\"");
        }
        return labels;
    }

    // ---- selectors

    private Expr.VectorSelector named(Token name) {
        if (peek().kind() == Kind.LEFT_BRACE) {
            return braces(name);
        }
        return new Expr.VectorSelector(
                name.text(),
                List.of(Matcher.equal(Labels.METRIC_NAME, name.text())),
                TimeShift.NONE,
                RangeMode.PLAIN,
                name.span());
    }

    private Expr.VectorSelector braces(@Nullable Token name) {
        Token open = take();
        var matchers = new ArrayList<Matcher>();
        if (!skip(Kind.RIGHT_BRACE)) {
            do {
                if (peek().kind() == Kind.RIGHT_BRACE && !matchers.isEmpty()) {
                    break;
                }
                matchers.add(matcher());
            } while (skip(Kind.COMMA));
            if (!skip(Kind.RIGHT_BRACE)) {
                throw unexpected("label matching", "\",\" or \"}\"");
            }
        }
        if (name != null) {
            matchers.add(Matcher.equal(Labels.METRIC_NAME, name.text()));
        }
        return new Expr.VectorSelector(
                name == null ? "" : name.text(),
                matchers,
                TimeShift.NONE,
                RangeMode.PLAIN,
                new Span(name == null ? open.start() : name.start(), lastEnd));
    }

    private Matcher matcher() {
        Token label = peek();
        if (label.kind() != Kind.IDENTIFIER && label.kind() != Kind.STRING) {
            throw unexpected("label matching", "identifier or \"}\"");
        }
        take();
        String name = label.kind() == Kind.STRING ? QuotedText.unquote(label.text()) : label.text();
        Matcher.Type type =
                switch (peek().kind()) {
                    case EQUAL -> Matcher.Type.EQUAL;
                    case NEQ -> Matcher.Type.NOT_EQUAL;
                    case REGEX_MATCH -> Matcher.Type.REGEX;
                    case REGEX_MISMATCH -> Matcher.Type.NOT_REGEX;
                    default -> {
                        if (label.kind() == Kind.IDENTIFIER) {
                            throw unexpected("label matching", "label matching operator");
                        }
                        yield null;
                    }
                };
        if (type == null) {
            return Matcher.equal(Labels.METRIC_NAME, name);
        }
        take();
        if (peek().kind() != Kind.STRING) {
            throw unexpected("label matching", "string");
        }
        Token value = take();
        try {
            return new Matcher(type, name, QuotedText.unquote(value.text()));
        } catch (BadRegexException e) {
            throw error(new Span(label.start(), value.end()), String.valueOf(e.getMessage()));
        }
    }

    // ---- tokens and errors

    /// A number or duration token's value, in seconds where it is a duration.
    double number() {
        Token token = peek();
        if (token.kind() != Kind.NUMBER && token.kind() != Kind.DURATION) {
            throw unexpected();
        }
        take();
        try {
            return token.kind() == Kind.NUMBER ? Numbers.number(token.text()) : Numbers.duration(token.text());
        } catch (NumberFormatException e) {
            String message = String.valueOf(e.getMessage());
            throw error(token.span(), token.kind() == Kind.NUMBER ? "error parsing number: " + message : message);
        }
    }

    Token peek() {
        if (lookahead == null) {
            lookahead = lexer.next();
        }
        return lookahead;
    }

    Token take() {
        Token token = peek();
        lookahead = null;
        lastEnd = token.end();
        return token;
    }

    boolean skip(Kind kind) {
        if (peek().kind() != kind) {
            return false;
        }
        take();
        return true;
    }

    private Token require(Kind kind) {
        if (peek().kind() != kind) {
            throw unexpected();
        }
        return take();
    }

    int depth() {
        return depth;
    }

    /// Where the token that was taken last ends.
    int lastEnd() {
        return lastEnd;
    }

    FeatureFlags flags() {
        return flags;
    }

    /// One level more of recursion.
    void enter() {
        nesting++;
        if (nesting > PromqlParser.MAX_DEPTH) {
            throw tooDeep();
        }
    }

    void leave() {
        nesting--;
    }

    /// One level more of tree above `below` levels.
    void deepen(int below) {
        depth = below + 1;
        if (depth > PromqlParser.MAX_DEPTH) {
            throw tooDeep();
        }
    }

    private ParseException tooDeep() {
        return error(
                peek().span(),
                "expression nests more than " + PromqlParser.MAX_DEPTH
                        + " levels deep; split it, for instance by recording rules");
    }

    private ParseException unexpected() {
        return unexpected(openAggregations > 0 ? "aggregation" : "", "");
    }

    ParseException unexpected(String context, String expected) {
        Token token = peek();
        return error(
                token.span(),
                "unexpected " + token.describe()
                        + (context.isEmpty() ? "" : " in " + context)
                        + (expected.isEmpty() ? "" : ", expected " + expected));
    }

    ParseException error(Span span, String reason) {
        return new ParseException(text, span, reason);
    }
}
