package io.pharos.model.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds out where in a page each action prints, and what its value must pass through there.
final class HtmlEscaper {
    private static final HtmlFilter TEXT = value -> switch (value) {
        case Nil _ -> "";
        case TrustedText(TrustedText.Kind kind, String text) when kind == TrustedText.Kind.HTML -> text;
        default -> Builtins.html(GoFormat.value(value)).replace("+", "&#43;");
    };

    private final Map<String, Tree> trees;

    HtmlEscaper(Map<String, Tree> trees, String name) {
        this.trees = trees;
    }

    Map<String, Tree> escape() {
        var escaped = new LinkedHashMap<String, Tree>();
        trees.forEach((name, tree) -> escaped.put(
                name, new Tree(tree.name(), tree.source(), tree.text(), (Node.Sequence) walk(tree.root()))));
        return escaped;
    }

    private static Node walk(Node node) {
        return switch (node) {
            case Node.Sequence sequence -> {
                var nodes = new ArrayList<Node>();
                sequence.nodes().forEach(child -> nodes.add(walk(child)));
                yield new Node.Sequence(sequence.position(), List.copyOf(nodes));
            }
            case Node.Action action ->
                action.pipe().declared().isEmpty()
                        ? new Node.Action(action.position(), action.line(), action.pipe(), List.of(TEXT))
                        : action;
            case Node.Branch branch ->
                new Node.Branch(
                        branch.position(),
                        branch.line(),
                        branch.keyword(),
                        branch.pipe(),
                        (Node.Sequence) walk(branch.body()),
                        branch.otherwise() == null ? null : (Node.Sequence) walk(branch.otherwise()));
            default -> node;
        };
    }
}
