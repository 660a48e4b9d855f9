package io.pharos.model.template;

import io.pharos.model.text.GoText;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A node of a parsed template. `position` is an index into the template's text. [Object#toString] prints as Go does
/// in error texts.
sealed interface Node {
    int position();

    record Sequence(int position, List<Node> nodes) implements Node {
        @Override
        public String toString() {
            return nodes.stream().map(Node::toString).collect(Collectors.joining());
        }
    }

    record Text(int position, String text) implements Node {
        @Override
        public String toString() {
            return text;
        }
    }

    /// Prints its pipeline. `filters` are what the HTML engine passes the result through.
    record Action(int position, int line, Pipe pipe, List<HtmlFilter> filters) implements Node {
        @Override
        public String toString() {
            return "{{" + pipe + "}}";
        }
    }

    /// `if`, `with` or `range`.
    record Branch(
            int position,
            int line,
            String keyword,
            Pipe pipe,
            Sequence body,
            @Nullable Sequence otherwise) implements Node {
        @Override
        public String toString() {
            String rest = otherwise == null ? "" : "{{else}}" + otherwise;
            return "{{" + keyword + " " + pipe + "}}" + body + rest + "{{end}}";
        }
    }

    record Call(
            int position, int line, String name, @Nullable Pipe pipe) implements Node {
        @Override
        public String toString() {
            return "{{template " + GoText.quote(name) + (pipe == null ? "" : " " + pipe) + "}}";
        }
    }

    record Break(int position, int line) implements Node {
        @Override
        public String toString() {
            return "{{break}}";
        }
    }

    record Continue(int position, int line) implements Node {
        @Override
        public String toString() {
            return "{{continue}}";
        }
    }

    /// Ends a sequence while parsing; never part of a tree.
    record End(int position) implements Node {
        @Override
        public String toString() {
            return "{{end}}";
        }
    }

    /// Ends a sequence while parsing; never part of a tree.
    record Else(int position) implements Node {
        @Override
        public String toString() {
            return "{{else}}";
        }
    }

    record Pipe(int position, int line, boolean assigns, List<Variable> declared, List<Command> commands)
            implements Node {
        @Override
        public String toString() {
            String head = declared.isEmpty()
                    ? ""
                    : declared.stream().map(Variable::toString).collect(Collectors.joining(", "))
                            + (assigns ? " = " : " := ");
            return head + commands.stream().map(Command::toString).collect(Collectors.joining(" | "));
        }
    }

    record Command(int position, List<Node> arguments) implements Node {
        @Override
        public String toString() {
            return arguments.stream().map(Node::asOperand).collect(Collectors.joining(" "));
        }
    }

    record Identifier(int position, String name) implements Node {
        @Override
        public String toString() {
            return name;
        }
    }

    /// `$x.A.B`; the first of `names` is `$x`.
    record Variable(int position, List<String> names) implements Node {
        @Override
        public String toString() {
            return String.join(".", names);
        }
    }

    record Dot(int position) implements Node {
        @Override
        public String toString() {
            return ".";
        }
    }

    record NilLiteral(int position) implements Node {
        @Override
        public String toString() {
            return "nil";
        }
    }

    record Field(int position, List<String> names) implements Node {
        @Override
        public String toString() {
            return "." + String.join(".", names);
        }
    }

    /// `(pipeline).A.B`, `function.A`.
    record Chain(int position, Node start, List<String> names) implements Node {
        @Override
        public String toString() {
            return asOperand(start) + "." + String.join(".", names);
        }
    }

    record Bool(int position, boolean value) implements Node {
        @Override
        public String toString() {
            return value ? "true" : "false";
        }
    }

    /// @param integer its value where it is integral and fits, else null
    /// @param literalFloat whether it is a float where its type is open
    record Numeral(int position, @Nullable Long integer, double value, boolean literalFloat, String text)
            implements Node {
        @Override
        public String toString() {
            return text;
        }
    }

    record Literal(int position, String quoted, String value) implements Node {
        @Override
        public String toString() {
            return quoted;
        }
    }

    private static String asOperand(Node node) {
        return node instanceof Pipe ? "(" + node + ")" : node.toString();
    }
}
