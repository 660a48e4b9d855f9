package io.pharos.model.template;

import io.pharos.model.template.Token.Kind;
import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Parses one text into the templates it defines, its own body among them.
final class Parser {
    /// Deeper nesting of blocks and parentheses is refused: the trees are walked recursively.
    private static final int MAX_DEPTH = 400;

    private final String source;
    private final String text;
    private final Predicate<String> functions;
    private final Lexer lexer;
    private final List<Token> tokens = new ArrayList<>();
    private final Map<String, Tree> trees = new LinkedHashMap<>();
    private List<String> variables = new ArrayList<>(List.of("$"));
    private int at;
    private int rangeDepth;
    private int depth;
    private int actionLine;

    private Parser(String source, String text, Predicate<String> functions) {
        this.source = source;
        this.text = text;
        this.functions = functions;
        this.lexer = new Lexer(text);
    }

    /// The templates of `text`, the body of which is called `source`.
    static Map<String, Tree> parse(String source, String text, Predicate<String> functions) {
        return new Parser(source, text, functions).parse();
    }

    private Map<String, Tree> parse() {
        var nodes = new ArrayList<Node>();
        int position = peek().position();
        while (peek().kind() != Kind.EOF) {
            if (peek().kind() == Kind.LEFT_DELIMITER) {
                int mark = at;
                next();
                if (nextNonSpace().kind() == Kind.DEFINE) {
                    definition();
                    continue;
                }
                at = mark;
            }
            Node node = textOrAction();
            if (node instanceof Node.End || node instanceof Node.Else) {
                throw error("unexpected " + node);
            }
            nodes.add(node);
        }
        add(source, new Node.Sequence(position, List.copyOf(nodes)));
        return trees;
    }

    private void add(String name, Node.Sequence root) {
        var tree = new Tree(name, source, text, root);
        Tree known = trees.get(name);
        if (known == null || known.isEmpty()) {
            trees.put(name, tree);
        } else if (!tree.isEmpty()) {
            throw error("template: multiple definition of template " + GoText.quote(name));
        }
    }

    private void definition() {
        String context = "define clause";
        String name = unquoted(expectName(context));
        expect(Kind.RIGHT_DELIMITER, context);
        add(name, isolated(context));
    }

    /// The body of a define or block: variables and loops outside are not seen.
    private Node.Sequence isolated(String context) {
        List<String> outer = variables;
        int outerRange = rangeDepth;
        variables = new ArrayList<>(List.of("$"));
        rangeDepth = 0;
        Body body = sequence();
        if (!(body.end instanceof Node.End)) {
            throw error("unexpected " + body.end + " in " + context);
        }
        variables = outer;
        rangeDepth = outerRange;
        return body.list;
    }

    private record Body(Node.Sequence list, Node end) {}

    private Body sequence() {
        deeper();
        int position = peekNonSpace().position();
        var nodes = new ArrayList<Node>();
        while (peekNonSpace().kind() != Kind.EOF) {
            Node node = textOrAction();
            if (node instanceof Node.End || node instanceof Node.Else) {
                depth--;
                return new Body(new Node.Sequence(position, List.copyOf(nodes)), node);
            }
            nodes.add(node);
        }
        throw error("unexpected EOF");
    }

    private void deeper() {
        if (++depth > MAX_DEPTH) {
            throw error("max expression depth exceeded");
        }
    }

    private Node textOrAction() {
        Token token = nextNonSpace();
        return switch (token.kind()) {
            case TEXT -> new Node.Text(token.position(), token.text());
            case LEFT_DELIMITER -> {
                actionLine = token.line();
                Node action = action();
                actionLine = 0;
                yield action;
            }
            default -> throw unexpected(token, "input");
        };
    }

    private Node action() {
        int mark = at;
        Token token = nextNonSpace();
        return switch (token.kind()) {
            case BLOCK -> block();
            case BREAK -> {
                Token close = nextNonSpace();
                if (close.kind() != Kind.RIGHT_DELIMITER) {
                    throw unexpected(close, "{{break}}");
                }
                requireRange("{{break}}");
                yield new Node.Break(token.position(), token.line());
            }
            case CONTINUE -> {
                Token close = nextNonSpace();
                if (close.kind() != Kind.RIGHT_DELIMITER) {
                    throw unexpected(close, "{{continue}}");
                }
                requireRange("{{continue}}");
                yield new Node.Continue(token.position(), token.line());
            }
            case ELSE -> {
                Token following = peekNonSpace();
                if (following.kind() == Kind.IF || following.kind() == Kind.WITH) {
                    yield new Node.Else(following.position());
                }
                yield new Node.Else(expect(Kind.RIGHT_DELIMITER, "else").position());
            }
            case END -> new Node.End(expect(Kind.RIGHT_DELIMITER, "end").position());
            case IF -> control("if");
            case WITH -> control("with");
            case RANGE -> control("range");
            case TEMPLATE -> call();
            default -> {
                at = mark;
                Token first = peekNonSpace();
                yield new Node.Action(
                        first.position(), first.line(), pipeline("command", Kind.RIGHT_DELIMITER), List.of());
            }
        };
    }

    private void requireRange(String what) {
        if (rangeDepth == 0) {
            throw error(what + " outside {{range}}");
        }
    }

    private Node control(String keyword) {
        deeper();
        int scope = variables.size();
        Node.Pipe pipe = pipeline(keyword, Kind.RIGHT_DELIMITER);
        if (keyword.equals("range")) {
            rangeDepth++;
        }
        Body body = sequence();
        if (keyword.equals("range")) {
            rangeDepth--;
        }
        Node.Sequence otherwise = null;
        if (body.end instanceof Node.Else) {
            Kind following = peek().kind();
            if (keyword.equals("if") && following == Kind.IF || keyword.equals("with") && following == Kind.WITH) {
                next();
                otherwise = new Node.Sequence(body.end.position(), List.of(control(keyword)));
            } else {
                Body rest = sequence();
                if (!(rest.end instanceof Node.End)) {
                    throw error("expected end; found " + rest.end);
                }
                otherwise = rest.list;
            }
        }
        variables.subList(scope, variables.size()).clear();
        depth--;
        return new Node.Branch(pipe.position(), pipe.line(), keyword, pipe, body.list, otherwise);
    }

    private Node block() {
        String context = "block clause";
        Token token = nextNonSpace();
        String name = templateName(token, context);
        Node.Pipe pipe = pipeline(context, Kind.RIGHT_DELIMITER);
        add(name, isolated(context));
        return new Node.Call(token.position(), token.line(), name, pipe);
    }

    private Node call() {
        String context = "template clause";
        Token token = nextNonSpace();
        String name = templateName(token, context);
        int mark = at;
        Node.Pipe pipe = null;
        if (nextNonSpace().kind() != Kind.RIGHT_DELIMITER) {
            at = mark;
            pipe = pipeline(context, Kind.RIGHT_DELIMITER);
        }
        return new Node.Call(token.position(), token.line(), name, pipe);
    }

    private String templateName(Token token, String context) {
        if (token.kind() != Kind.STRING && token.kind() != Kind.RAW_STRING) {
            throw unexpected(token, context);
        }
        return unquoted(token);
    }

    private Token expectName(String context) {
        Token token = nextNonSpace();
        if (token.kind() != Kind.STRING && token.kind() != Kind.RAW_STRING) {
            throw unexpected(token, context);
        }
        return token;
    }

    private String unquoted(Token token) {
        try {
            return GoLiterals.unquote(token.text());
        } catch (TemplateException e) {
            throw error(e.text());
        }
    }

    private Node.Pipe pipeline(String context, Kind end) {
        deeper();
        Token first = peekNonSpace();
        var declared = new ArrayList<Node.Variable>();
        boolean assigns = false;
        boolean more = true;
        while (more && peekNonSpace().kind() == Kind.VARIABLE) {
            more = false;
            int mark = at;
            Token variable = nextNonSpace();
            Token following = nextNonSpace();
            if (following.kind() == Kind.ASSIGN || following.kind() == Kind.DECLARE) {
                assigns = following.kind() == Kind.ASSIGN;
                declare(declared, variable);
            } else if (following.kind() == Kind.CHARACTER && following.text().equals(",")) {
                declare(declared, variable);
                if (!context.equals("range") || declared.size() >= 2) {
                    throw error("too many declarations in " + context);
                }
                Kind second = peekNonSpace().kind();
                if (second != Kind.VARIABLE && second != Kind.RIGHT_DELIMITER && second != Kind.RIGHT_PAREN) {
                    throw error("range can only initialize variables");
                }
                more = true;
            } else {
                at = mark;
            }
        }
        var commands = new ArrayList<Node.Command>();
        while (true) {
            int mark = at;
            Token token = nextNonSpace();
            if (token.kind() == end) {
                break;
            }
            switch (token.kind()) {
                case BOOL,
                        CHAR_CONSTANT,
                        COMPLEX,
                        DOT,
                        FIELD,
                        IDENTIFIER,
                        NUMBER,
                        NIL,
                        RAW_STRING,
                        STRING,
                        VARIABLE,
                        LEFT_PAREN -> {
                    at = mark;
                    commands.add(command());
                }
                default -> throw unexpected(token, context);
            }
        }
        if (commands.isEmpty()) {
            throw error("missing value for " + context);
        }
        for (int i = 1; i < commands.size(); i++) {
            switch (commands.get(i).arguments().getFirst()) {
                case Node.Bool _, Node.Dot _, Node.NilLiteral _, Node.Numeral _, Node.Literal _ ->
                    throw error("non executable command in pipeline stage " + (i + 1));
                default -> {
                    // may be run
                }
            }
        }
        depth--;
        return new Node.Pipe(first.position(), first.line(), assigns, List.copyOf(declared), List.copyOf(commands));
    }

    private void declare(List<Node.Variable> declared, Token variable) {
        declared.add(new Node.Variable(variable.position(), List.of(variable.text())));
        variables.add(variable.text());
    }

    private Node.Command command() {
        int position = peekNonSpace().position();
        var arguments = new ArrayList<Node>();
        while (true) {
            peekNonSpace();
            Node operand = operand();
            if (operand != null) {
                arguments.add(operand);
            }
            int mark = at;
            Token token = next();
            if (token.kind() == Kind.SPACE) {
                continue;
            }
            if (token.kind() == Kind.RIGHT_DELIMITER || token.kind() == Kind.RIGHT_PAREN) {
                at = mark;
            } else if (token.kind() != Kind.PIPE) {
                throw unexpected(token, "operand");
            }
            break;
        }
        if (arguments.isEmpty()) {
            throw error("empty command");
        }
        return new Node.Command(position, List.copyOf(arguments));
    }

    private @Nullable Node operand() {
        Node node = term();
        if (node == null || peek().kind() != Kind.FIELD) {
            return node;
        }
        int position = peek().position();
        var names = new ArrayList<String>();
        while (peek().kind() == Kind.FIELD) {
            names.add(next().text().substring(1));
        }
        return switch (node) {
            case Node.Field field -> new Node.Field(position, joined(field.names(), names));
            case Node.Variable variable -> new Node.Variable(position, joined(variable.names(), names));
            case Node.Bool _, Node.Literal _, Node.Numeral _, Node.NilLiteral _, Node.Dot _ ->
                throw error("unexpected . after term " + GoText.quote(node.toString()));
            default -> new Node.Chain(position, node, List.copyOf(names));
        };
    }

    private static List<String> joined(List<String> head, List<String> tail) {
        var all = new ArrayList<>(head);
        all.addAll(tail);
        return List.copyOf(all);
    }

    private @Nullable Node term() {
        int mark = at;
        Token token = nextNonSpace();
        switch (token.kind()) {
            case IDENTIFIER -> {
                if (!functions.test(token.text())) {
                    throw error("function " + GoText.quote(token.text()) + " not defined");
                }
                return new Node.Identifier(token.position(), token.text());
            }
            case DOT -> {
                return new Node.Dot(token.position());
            }
            case NIL -> {
                return new Node.NilLiteral(token.position());
            }
            case VARIABLE -> {
                if (!variables.contains(token.text())) {
                    throw error("undefined variable " + GoText.quote(token.text()));
                }
                return new Node.Variable(token.position(), List.of(token.text()));
            }
            case FIELD -> {
                return new Node.Field(token.position(), List.of(token.text().substring(1)));
            }
            case BOOL -> {
                return new Node.Bool(token.position(), token.text().equals("true"));
            }
            case CHAR_CONSTANT, COMPLEX, NUMBER -> {
                try {
                    return GoLiterals.number(token);
                } catch (TemplateException e) {
                    throw error(e.text());
                }
            }
            case LEFT_PAREN -> {
                return pipeline("parenthesized pipeline", Kind.RIGHT_PAREN);
            }
            case STRING, RAW_STRING -> {
                return new Node.Literal(token.position(), token.text(), unquoted(token));
            }
            default -> {
                at = mark;
                return null;
            }
        }
    }

    private Token next() {
        Token token = peek();
        at++;
        return token;
    }

    private Token peek() {
        while (tokens.size() <= at) {
            tokens.add(lexer.next());
        }
        return tokens.get(at);
    }

    private Token nextNonSpace() {
        Token token = next();
        while (token.kind() == Kind.SPACE) {
            token = next();
        }
        return token;
    }

    private Token peekNonSpace() {
        while (peek().kind() == Kind.SPACE) {
            at++;
        }
        return peek();
    }

    private Token expect(Kind kind, String context) {
        Token token = nextNonSpace();
        if (token.kind() != kind) {
            throw unexpected(token, context);
        }
        return token;
    }

    private TemplateException unexpected(Token token, String context) {
        if (token.kind() != Kind.ERROR) {
            return error("unexpected " + token + " in " + context);
        }
        String started = "";
        if (actionLine != 0 && actionLine != token.line()) {
            started = " in action started at " + source + ":" + actionLine;
            if (token.text().endsWith(" action")) {
                started = started.substring(" in action".length());
            }
        }
        return error(token + started);
    }

    /// An error at the line of the token that was read last.
    private TemplateException error(String message) {
        int line = tokens.isEmpty() ? 1 : tokens.getLast().line();
        return new TemplateException("template: " + source + ":" + line + ": " + message);
    }
}
