package io.pharos.model.template;

import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs one template of a set once. Not thread-safe.
final class Execution {
    /// Go allows 100000 calls; here each one takes a few frames of a thread's stack.
    private static final int MAX_CALLS = 1000;

    private enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    private static final class Binding {
        final String name;
        Object value;

        Binding(String name, Object value) {
            this.name = name;
            this.value = value;
        }
    }

    private final Map<String, Tree> trees;
    private final TemplateFunctions functions;
    private final GoTemplate.MissingKey missingKey;
    private final int maxLength;
    private final StringBuilder out = new StringBuilder();
    private List<Binding> bindings = new ArrayList<>();
    private Tree tree;
    private Node node;
    private int calls;

    Execution(
            Map<String, Tree> trees,
            TemplateFunctions functions,
            GoTemplate.MissingKey missingKey,
            int maxLength,
            Tree tree) {
        this.trees = trees;
        this.functions = functions;
        this.missingKey = missingKey;
        this.maxLength = maxLength;
        this.tree = tree;
        this.node = tree.root();
    }

    String run(Object data) {
        bindings.add(new Binding("$", data));
        try {
            walk(data, tree.root());
            return out.toString();
        } catch (StackOverflowError e) {
            throw new TemplateException(
                    error("exceeded maximum template depth (" + MAX_CALLS + ")").text(), out.toString());
        } catch (TemplateException e) {
            throw new TemplateException(e.text(), out.toString());
        }
    }

    private Flow walk(Object dot, Node at) {
        node = at;
        switch (at) {
            case Node.Text text -> write(text.text());
            case Node.Action action -> {
                Object value = pipeline(dot, action.pipe());
                if (action.pipe().declared().isEmpty()) {
                    print(value, action);
                }
            }
            case Node.Sequence sequence -> {
                for (Node child : sequence.nodes()) {
                    Flow flow = walk(dot, child);
                    if (flow != Flow.NEXT) {
                        return flow;
                    }
                }
            }
            case Node.Branch branch -> {
                int mark = bindings.size();
                Flow flow = branch.keyword().equals("range") ? range(dot, branch) : choose(dot, branch);
                pop(mark);
                return flow;
            }
            case Node.Call call -> call(dot, call);
            case Node.Break _ -> {
                return Flow.BREAK;
            }
            case Node.Continue _ -> {
                return Flow.CONTINUE;
            }
            default -> throw error("bug: unexpected node " + at);
        }
        return Flow.NEXT;
    }

    private void print(Object value, Node.Action action) {
        if (action.filters().isEmpty()) {
            node = action;
            write(value instanceof Nil ? "<no value>" : GoFormat.value(value));
            return;
        }
        Object filtered = value;
        for (HtmlFilter filter : action.filters()) {
            filtered = filter.apply(filtered);
        }
        write(GoFormat.value(filtered));
    }

    private void write(String text) {
        if (out.length() + (long) text.length() > maxLength) {
            throw error("output is longer than " + maxLength + " characters");
        }
        out.append(text);
    }

    private Flow choose(Object dot, Node.Branch branch) {
        Object value = pipeline(dot, branch.pipe());
        if (Kinds.truth(value)) {
            return walk(branch.keyword().equals("with") ? value : dot, branch.body());
        }
        return branch.otherwise() == null ? Flow.NEXT : walk(dot, branch.otherwise());
    }

    private Flow range(Object dot, Node.Branch branch) {
        Object value = pipeline(dot, branch.pipe());
        var loop = new Loop(branch);
        switch (value) {
            case Nil _ -> {
                // nothing to go through
            }
            case GoList list -> {
                for (int i = 0; i < list.items().size(); i++) {
                    if (!loop.turn((long) i, list.items().get(i))) {
                        return loop.flow;
                    }
                }
            }
            case GoMap map -> {
                for (Map.Entry<String, Object> entry : map.entries().entrySet()) {
                    if (!loop.turn(entry.getKey(), entry.getValue())) {
                        return loop.flow;
                    }
                }
            }
            case Long n -> {
                if (branch.pipe().declared().size() > 1) {
                    throw error("can't use " + n + " to iterate over more than one variable");
                }
                for (long i = 0; i < n; i++) {
                    if (!loop.turn(i, i)) {
                        return loop.flow;
                    }
                }
            }
            default -> throw error("range can't iterate over " + GoFormat.value(value));
        }
        if (!loop.turned && branch.otherwise() != null) {
            return walk(dot, branch.otherwise());
        }
        return Flow.NEXT;
    }

    private final class Loop {
        private final Node.Branch branch;
        private final int mark = bindings.size();
        private boolean turned;
        private Flow flow = Flow.NEXT;

        Loop(Node.Branch branch) {
            this.branch = branch;
        }

        /// One turn; false ends the loop.
        boolean turn(Object index, Object element) {
            turned = true;
            List<Node.Variable> declared = branch.pipe().declared();
            if (!declared.isEmpty()) {
                boolean two = declared.size() > 1;
                if (branch.pipe().assigns()) {
                    assign(declared.getFirst(), two ? index : element);
                    if (two) {
                        assign(declared.get(1), element);
                    }
                } else {
                    bindings.get(mark - 1).value = element;
                    if (two) {
                        bindings.get(mark - 2).value = index;
                    }
                }
            }
            Flow end = walk(element, branch.body());
            pop(mark);
            return end != Flow.BREAK;
        }
    }

    private void call(Object dot, Node.Call call) {
        Tree callee = trees.get(call.name());
        if (callee == null) {
            throw error("template " + GoText.quote(call.name()) + " not defined");
        }
        if (++calls > MAX_CALLS) {
            throw error("exceeded maximum template depth (" + MAX_CALLS + ")");
        }
        Object data = call.pipe() == null ? Nil.INVALID : pipeline(dot, call.pipe());
        Tree caller = tree;
        List<Binding> outer = bindings;
        tree = callee;
        bindings = new ArrayList<>();
        bindings.add(new Binding("$", data));
        walk(data, callee.root());
        tree = caller;
        bindings = outer;
        calls--;
    }

    private void pop(int mark) {
        while (bindings.size() > mark) {
            bindings.removeLast();
        }
    }

    private void assign(Node.Variable variable, Object value) {
        binding(variable.names().getFirst()).value = value;
    }

    private Binding binding(String name) {
        for (int i = bindings.size() - 1; i >= 0; i--) {
            if (bindings.get(i).name.equals(name)) {
                return bindings.get(i);
            }
        }
        throw error("undefined variable: " + name);
    }

    private Object pipeline(Object dot, Node.Pipe pipe) {
        node = pipe;
        Object value = Nil.ABSENT;
        for (Node.Command command : pipe.commands()) {
            value = command(dot, command, value);
            if (value instanceof Nil) {
                value = Nil.INVALID;
            }
        }
        for (Node.Variable variable : pipe.declared()) {
            if (pipe.assigns()) {
                assign(variable, value);
            } else {
                bindings.add(new Binding(variable.names().getFirst(), value));
            }
        }
        return value;
    }

    private Object command(Object dot, Node.Command command, Object last) {
        List<Node> arguments = command.arguments();
        Node first = arguments.getFirst();
        switch (first) {
            case Node.Field field -> {
                return field(dot, field, arguments, last);
            }
            case Node.Chain chain -> {
                return chain(dot, chain, arguments, last);
            }
            case Node.Identifier name -> {
                return function(dot, name, command, arguments, last);
            }
            case Node.Pipe pipe -> {
                refuseArguments(arguments, last);
                return pipeline(dot, pipe);
            }
            case Node.Variable variable -> {
                return variable(dot, variable, arguments, last);
            }
            default -> {
                node = first;
                refuseArguments(arguments, last);
            }
        }
        return switch (first) {
            case Node.Bool bool -> bool.value();
            case Node.Dot _ -> dot;
            case Node.NilLiteral _ -> throw error("nil is not a command");
            case Node.Numeral number -> openConstant(number);
            case Node.Literal literal -> literal.value();
            default -> throw error("can't evaluate command " + GoText.quote(first.toString()));
        };
    }

    private void refuseArguments(List<Node> arguments, Object last) {
        if (arguments.size() > 1 || last != Nil.ABSENT) {
            throw error("can't give argument to non-function " + arguments.getFirst());
        }
    }

    private Object openConstant(Node.Numeral number) {
        node = number;
        if (number.literalFloat()) {
            return number.value();
        }
        if (number.integer() == null) {
            throw error(number.text() + " overflows int");
        }
        return number.integer();
    }

    private Object field(Object dot, Node.Field field, List<Node> arguments, Object last) {
        node = field;
        return fields(dot, dot, field, field.names(), arguments, last);
    }

    private Object chain(Object dot, Node.Chain chain, List<Node> arguments, Object last) {
        node = chain;
        if (chain.start() instanceof Node.NilLiteral) {
            throw error("indirection through explicit nil in " + chain);
        }
        Object start = argument(dot, null, chain.start());
        return fields(dot, start, chain, chain.names(), arguments, last);
    }

    private Object variable(Object dot, Node.Variable variable, List<Node> arguments, Object last) {
        node = variable;
        Object value = binding(variable.names().getFirst()).value;
        if (variable.names().size() == 1) {
            refuseArguments(arguments.isEmpty() ? List.of(variable) : arguments, last);
            return value;
        }
        return fields(
                dot,
                value,
                variable,
                variable.names().subList(1, variable.names().size()),
                arguments,
                last);
    }

    private Object fields(Object dot, Object start, Node at, List<String> names, List<Node> arguments, Object last) {
        Object receiver = start;
        for (int i = 0; i < names.size() - 1; i++) {
            receiver = member(dot, names.get(i), at, List.of(), Nil.ABSENT, receiver);
        }
        return member(dot, names.getLast(), at, arguments, last, receiver);
    }

    private Object member(Object dot, String name, Node at, List<Node> arguments, Object last, Object receiver) {
        if (receiver == Nil.INVALID || receiver == Nil.ABSENT) {
            if (missingKey == GoTemplate.MissingKey.ERROR) {
                throw error("nil data; no entry for key " + GoText.quote(name));
            }
            return Nil.INVALID;
        }
        if (receiver == Nil.INTERFACE) {
            throw error("nil pointer evaluating interface {}." + name);
        }
        if (receiver instanceof GoValue value) {
            GoFunction method = value.methods().get(name);
            if (method != null) {
                return invoke(dot, method, at, name, arguments, last);
            }
        }
        boolean hasArguments = arguments.size() > 1 || last != Nil.ABSENT;
        if (receiver instanceof GoStruct struct) {
            Object value = struct.get(name);
            if (value != null) {
                if (hasArguments) {
                    throw error(name + " has arguments but cannot be invoked as function");
                }
                return value;
            }
        } else if (receiver instanceof GoMap map) {
            if (hasArguments) {
                throw error(name + " is not a method but has arguments");
            }
            Object value = map.entries().get(name);
            if (value != null) {
                return value;
            }
            return switch (missingKey) {
                case DEFAULT -> Nil.INVALID;
                case ZERO -> map.zero();
                case ERROR -> throw error("map has no entry for key " + GoText.quote(name));
            };
        }
        throw error("can't evaluate field " + name + " in type " + Kinds.typeName(receiver));
    }

    private Object function(Object dot, Node.Identifier name, Node at, List<Node> arguments, Object last) {
        node = name;
        if (name.name().equals("and") || name.name().equals("or")) {
            return shortCircuit(dot, name.name(), arguments, last);
        }
        GoFunction function = functions.get(name.name());
        if (function == null) {
            throw error(GoText.quote(name.name()) + " is not a defined function");
        }
        return invoke(dot, function, at, name.name(), arguments, last);
    }

    private Object shortCircuit(Object dot, String name, List<Node> arguments, Object last) {
        int given = Math.max(0, arguments.size() - 1) + (last == Nil.ABSENT ? 0 : 1);
        if (given == 0) {
            throw error("wrong number of args for " + name + ": want at least 1 got 0");
        }
        Object value = Nil.INVALID;
        for (int i = 1; i < arguments.size(); i++) {
            value = argument(dot, GoType.VALUE, arguments.get(i));
            if (Kinds.truth(value) == name.equals("or")) {
                return value;
            }
        }
        return last == Nil.ABSENT ? value : last;
    }

    private Object invoke(Object dot, GoFunction function, Node at, String name, List<Node> arguments, Object last) {
        int written = Math.max(0, arguments.size() - 1);
        int given = last == Nil.ABSENT ? written : written + 1;
        int parameters = function.parameters().size();
        if (function.variadic()) {
            if (given < parameters - 1) {
                throw error(
                        "wrong number of args for " + name + ": want at least " + (parameters - 1) + " got " + written);
            }
        } else if (given != parameters) {
            throw error("wrong number of args for " + name + ": want " + parameters + " got " + given);
        }
        var values = new Object[given];
        for (int i = 0; i < written; i++) {
            values[i] = argument(dot, function.typeOf(i), arguments.get(i + 1));
        }
        if (last != Nil.ABSENT) {
            values[written] = checked(last, function.typeOf(written));
        }
        try {
            return function.body().call(values);
        } catch (TemplateException e) {
            node = at;
            throw error("error calling " + name + ": " + e.text());
        }
    }

    private Object argument(Object dot, @Nullable GoType type, Node at) {
        node = at;
        switch (at) {
            case Node.Dot _ -> {
                return checked(dot, type);
            }
            case Node.NilLiteral _ -> {
                if (type != null && type.mayBeNil()) {
                    return type == GoType.VALUE ? Nil.INVALID : Nil.INTERFACE;
                }
                throw error("cannot assign nil to " + (type == null ? "interface {}" : type.goName()));
            }
            case Node.Field field -> {
                return checked(field(dot, field, List.of(field), Nil.ABSENT), type);
            }
            case Node.Variable variable -> {
                return checked(variable(dot, variable, List.of(), Nil.ABSENT), type);
            }
            case Node.Pipe pipe -> {
                return checked(pipeline(dot, pipe), type);
            }
            case Node.Identifier name -> {
                return checked(function(dot, name, name, List.of(), Nil.ABSENT), type);
            }
            case Node.Chain chain -> {
                return checked(chain(dot, chain, List.of(), Nil.ABSENT), type);
            }
            default -> {
                // a literal
            }
        }
        GoType wanted = type == null ? GoType.ANY : type;
        return switch (wanted) {
            case VALUE, ANY ->
                switch (at) {
                    case Node.Bool bool -> bool.value();
                    case Node.Numeral number -> openConstant(number);
                    case Node.Literal literal -> literal.value();
                    default -> throw error("can't handle assignment of " + at + " to empty interface argument");
                };
            case BOOL -> {
                if (at instanceof Node.Bool bool) {
                    yield bool.value();
                }
                throw error("expected bool; found " + at);
            }
            case STRING -> {
                if (at instanceof Node.Literal literal) {
                    yield literal.value();
                }
                throw error("expected string; found " + at);
            }
            case INT, INT64, DURATION -> {
                if (at instanceof Node.Numeral number && number.integer() != null) {
                    yield wanted == GoType.INT ? number.integer() : new GoInt(wanted.goName(), number.integer());
                }
                throw error("expected integer; found " + at);
            }
            case FLOAT -> {
                if (at instanceof Node.Numeral number) {
                    yield number.value();
                }
                throw error("expected float; found " + at);
            }
            case STRINGS, LIST, TIME, SAMPLE, SAMPLES ->
                throw error("can't handle " + at + " for arg of type " + wanted.goName());
        };
    }

    private Object checked(Object value, @Nullable GoType type) {
        if (value instanceof Nil) {
            if (type == null) {
                return value;
            }
            if (type.mayBeNil()) {
                return type == GoType.VALUE ? Nil.INVALID : Nil.INTERFACE;
            }
            throw error("invalid value; expected " + type.goName());
        }
        if (type != null && !type.accepts(value)) {
            throw error("wrong type for value; expected " + type.goName() + "; got " + Kinds.typeName(value));
        }
        return value;
    }

    private TemplateException error(String message) {
        return new TemplateException("template: " + tree.where(node.position()) + ": executing "
                + GoText.quote(tree.name()) + " at <" + node + ">: " + message);
    }
}
