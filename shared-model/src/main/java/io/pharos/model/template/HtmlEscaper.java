package io.pharos.model.template;

import io.pharos.model.template.HtmlContext.Delimiter;
import io.pharos.model.template.HtmlContext.Slash;
import io.pharos.model.template.HtmlContext.State;
import io.pharos.model.template.HtmlContext.UrlPart;
import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds out where in a page each action prints, and what its value must pass through there (`html/template`).
///
/// Contexts are static: the literal text before an action tells its context, whichever branches are taken; branches
/// that end in different ones are an error. A template that is called in several contexts is escaped for each of them,
/// under names of their own. Comments are taken out. One per rendering; not thread-safe.
final class HtmlEscaper {
    private static final String DOCTYPE = "<!DOCTYPE";

    private final Map<String, Tree> trees;
    private final String name;
    private final Map<String, Tree> escaped = new LinkedHashMap<>();
    private final Map<String, HtmlContext> ends = new HashMap<>();
    private List<HtmlContext> jumps = new ArrayList<>();
    private Tree tree;

    HtmlEscaper(Map<String, Tree> trees, String name, Tree root) {
        this.trees = trees;
        this.name = name;
        this.tree = root;
    }

    /// The templates reached, escaped; the first one under its own name.
    Map<String, Tree> escape() {
        HtmlContext end = template(HtmlContext.TEXT, name, null);
        if (end.state() != State.TEXT) {
            throw new TemplateException(prefix() + "ends in a non-text context: " + end);
        }
        return escaped;
    }

    private String prefix() {
        return "html/template:" + (name.isEmpty() ? "" : name + ":") + " ";
    }

    private static String nameIn(HtmlContext c, String name) {
        return c.state() == State.TEXT ? name : name + "$htmltemplate_" + c;
    }

    private HtmlContext template(HtmlContext c, String called, @Nullable Node at) {
        String key = nameIn(c, called);
        HtmlContext known = ends.get(key);
        if (known != null) {
            return known;
        }
        Tree callee = trees.get(called);
        if (callee == null) {
            if (at == null) {
                throw new TemplateException("html/template: no such template " + GoText.quote(called));
            }
            throw error(at, "no such template " + GoText.quote(called));
        }
        // Until it is known better, a template that calls itself ends where it began.
        ends.put(key, c);
        Tree caller = tree;
        List<HtmlContext> outer = jumps;
        tree = callee;
        jumps = new ArrayList<>();
        Out out = walk(c, callee.root());
        if (!out.context.equals(c)) {
            ends.put(key, out.context);
            jumps = new ArrayList<>();
            Out again = walk(c, callee.root());
            if (!again.context.equals(out.context)) {
                throw error(callee.root(), "cannot compute output context for template " + GoText.quote(called));
            }
            out = again;
        }
        escaped.put(key, new Tree(callee.name(), callee.source(), callee.text(), (Node.Sequence) out.node));
        tree = caller;
        jumps = outer;
        return out.context;
    }

    /// A node made safe, and the context behind it.
    private record Out(Node node, HtmlContext context) {}

    private Out walk(HtmlContext c, Node node) {
        return switch (node) {
            case Node.Sequence sequence -> {
                var nodes = new ArrayList<Node>();
                HtmlContext now = c;
                for (Node child : sequence.nodes()) {
                    Out out = walk(now, child);
                    nodes.add(out.node);
                    now = out.context;
                    if (now.state() == State.DEAD) {
                        break;
                    }
                }
                yield new Out(new Node.Sequence(sequence.position(), List.copyOf(nodes)), now);
            }
            case Node.Text text -> text(c, text);
            case Node.Action action -> action(c, action);
            case Node.Branch branch -> branch(c, branch);
            case Node.Call call -> {
                HtmlContext end = template(c, call.name(), call);
                yield new Out(new Node.Call(call.position(), call.line(), nameIn(c, call.name()), call.pipe()), end);
            }
            case Node.Break _, Node.Continue _ -> {
                jumps.add(c);
                yield new Out(node, c.with(State.DEAD));
            }
            default -> new Out(node, c);
        };
    }

    private Out branch(HtmlContext c, Node.Branch branch) {
        boolean loop = branch.keyword().equals("range");
        List<HtmlContext> outer = jumps;
        if (loop) {
            jumps = new ArrayList<>();
        }
        Out body = walk(c, branch.body());
        HtmlContext end = body.context;
        if (loop) {
            for (HtmlContext jump : jumps) {
                end = join(end, jump, branch, "");
            }
            jumps = new ArrayList<>();
            HtmlContext second = walk(end.state() == State.DEAD ? c : end, branch.body()).context;
            for (HtmlContext jump : jumps) {
                second = join(second, jump, branch, "");
            }
            jumps = outer;
            end = join(end, second, branch, "on range loop re-entry: ");
        }
        Out otherwise = branch.otherwise() == null ? new Out(branch.body(), c) : walk(c, branch.otherwise());
        HtmlContext joined = join(end, otherwise.context, branch, "");
        Node.Sequence rest = branch.otherwise() == null ? null : (Node.Sequence) otherwise.node;
        return new Out(
                new Node.Branch(
                        branch.position(),
                        branch.line(),
                        branch.keyword(),
                        branch.pipe(),
                        (Node.Sequence) body.node,
                        rest),
                joined);
    }

    private HtmlContext join(HtmlContext a, HtmlContext b, Node.Branch branch, String prefix) {
        HtmlContext joined = joined(a, b);
        if (joined == null) {
            throw error(
                    branch,
                    prefix + "{{" + branch.keyword() + "}} branches end in different contexts: " + a + ", " + b);
        }
        return joined;
    }

    private static @Nullable HtmlContext joined(HtmlContext a, HtmlContext b) {
        if (a.state() == State.DEAD) {
            return b;
        }
        if (b.state() == State.DEAD || a.equals(b)) {
            return a;
        }
        if (a.with(b.urlPart()).equals(b)) {
            return a.with(UrlPart.UNKNOWN);
        }
        if (a.with(b.slash()).equals(b)) {
            return a.with(Slash.UNKNOWN);
        }
        HtmlContext x = a.nudged();
        HtmlContext y = b.nudged();
        return x.equals(a) && y.equals(b) ? null : joined(x, y);
    }

    private Out action(HtmlContext before, Node.Action action) {
        if (!action.pipe().declared().isEmpty()) {
            return new Out(action, before);
        }
        HtmlContext c = before.nudged();
        String escaper = checkEscapers(c, action);
        var filters = new ArrayList<HtmlFilter>();
        switch (c.state()) {
            case URL, STYLE_DOUBLE, STYLE_SINGLE, STYLE_DOUBLE_URL, STYLE_SINGLE_URL, STYLE_URL -> {
                boolean quoted = c.state() == State.STYLE_DOUBLE || c.state() == State.STYLE_SINGLE;
                switch (c.urlPart()) {
                    case NONE -> {
                        filters.add(HtmlFilters.URL_SCHEME);
                        filters.add(quoted ? HtmlFilters.STYLE_STRING : HtmlFilters.URL_NORMAL);
                    }
                    case PRE_QUERY -> filters.add(quoted ? HtmlFilters.STYLE_STRING : HtmlFilters.URL_NORMAL);
                    case QUERY_OR_FRAGMENT -> filters.add(HtmlFilters.URL_ESCAPED);
                    case UNKNOWN -> throw error(action, action + " appears in an ambiguous context within a URL");
                }
            }
            case SCRIPT -> {
                filters.add(HtmlFilters.SCRIPT_VALUE);
                c = c.with(Slash.DIVISION);
            }
            case SCRIPT_DOUBLE, SCRIPT_SINGLE -> filters.add(HtmlFilters.SCRIPT_STRING);
            case SCRIPT_TEMPLATE -> filters.add(HtmlFilters.SCRIPT_TEMPLATE);
            case SCRIPT_REGEX -> filters.add(HtmlFilters.SCRIPT_REGEX);
            case STYLE -> filters.add(HtmlFilters.STYLE_VALUE);
            case TEXT -> filters.add(HtmlFilters.HTML);
            case RCDATA -> filters.add(HtmlFilters.RCDATA);
            case TAG, ATTRIBUTE_NAME -> {
                c = c.with(State.ATTRIBUTE_NAME);
                filters.add(HtmlFilters.NAME);
            }
            case SRCSET -> filters.add(HtmlFilters.SRCSET);
            case ATTRIBUTE -> {
                // the delimiter says it all
            }
            case COMMENT, SCRIPT_BLOCK_COMMENT, SCRIPT_LINE_COMMENT, STYLE_BLOCK_COMMENT, STYLE_LINE_COMMENT ->
                filters.add(HtmlFilters.COMMENT);
            case AFTER_NAME, BEFORE_VALUE, DEAD -> throw error(action, "bug: unexpected context " + c);
        }
        switch (c.delimiter()) {
            case NONE -> {
                // no attribute
            }
            case SPACE_OR_TAG_END -> filters.add(HtmlFilters.UNQUOTED_ATTRIBUTE);
            case SINGLE, DOUBLE -> filters.add(HtmlFilters.ATTRIBUTE);
        }
        // An escaper at the pipeline's end does what the filter would do again.
        switch (escaper) {
            case "html" ->
                filters.removeIf(f -> f == HtmlFilters.HTML || f == HtmlFilters.RCDATA || f == HtmlFilters.ATTRIBUTE);
            case "urlquery" -> filters.removeIf(f -> f == HtmlFilters.URL_NORMAL || f == HtmlFilters.URL_ESCAPED);
            default -> {
                // none
            }
        }
        if (filters.isEmpty()) {
            filters.add(value -> value instanceof Nil ? "" : value);
        }
        return new Out(new Node.Action(action.position(), action.line(), action.pipe(), List.copyOf(filters)), c);
    }

    /// The escaper at the end of the pipeline, or an empty name; elsewhere none may stand.
    private String checkEscapers(HtmlContext c, Node.Action action) {
        List<Node.Command> commands = action.pipe().commands();
        String found = "";
        for (int i = 0; i < commands.size(); i++) {
            if (commands.get(i).arguments().getFirst() instanceof Node.Identifier function
                    && (function.name().equals("html") || function.name().equals("urlquery"))) {
                boolean unquoted = c.state() == State.ATTRIBUTE
                        && c.delimiter() == Delimiter.SPACE_OR_TAG_END
                        && function.name().equals("html");
                if (i < commands.size() - 1 || unquoted) {
                    throw error(
                            action, "predefined escaper " + GoText.quote(function.name()) + " disallowed in template");
                }
                found = function.name();
            }
        }
        return found;
    }

    private Out text(HtmlContext before, Node.Text node) {
        String s = node.text();
        var out = new StringBuilder(s.length());
        HtmlContext c = before;
        int written = 0;
        int i = 0;
        while (i < s.length()) {
            HtmlTransitions.Step step;
            try {
                step = HtmlTransitions.next(c, s.substring(i));
            } catch (TemplateException e) {
                throw new TemplateException(prefix() + e.text());
            }
            HtmlContext then = step.context();
            int end = i + step.length();
            if (c.state() == State.TEXT || c.state() == State.RCDATA) {
                int textEnd = end;
                if (then.state() != c.state()) {
                    int tag = s.lastIndexOf('<', end - 1);
                    textEnd = tag >= i ? tag : end;
                }
                for (int j = i; j < textEnd; j++) {
                    if (s.charAt(j) == '<' && !s.regionMatches(true, j, DOCTYPE, 0, DOCTYPE.length())) {
                        out.append(s, written, j).append("&lt;");
                        written = j + 1;
                    }
                }
            } else if (c.state().comment() && c.delimiter() == Delimiter.NONE) {
                if (c.state() == State.SCRIPT_BLOCK_COMMENT) {
                    boolean lines = s.substring(written, end).chars().anyMatch(x -> x == '\n' || x == '\r');
                    out.append(lines ? '\n' : ' ');
                } else if (c.state() == State.STYLE_BLOCK_COMMENT) {
                    out.append(' ');
                }
                written = end;
            }
            boolean opens = then.state() != c.state() && then.state().comment() && then.delimiter() == Delimiter.NONE;
            if (opens) {
                int length = then.state() == State.COMMENT || s.startsWith("<!--", Math.max(0, end - 4)) ? 4 : 2;
                out.append(s, written, Math.max(written, end - length));
                written = end;
            }
            if (i == end && then.equals(c)) {
                throw error(node, "bug: no progress in " + c);
            }
            c = then;
            i = end;
        }
        if (!c.state().comment() || c.delimiter() != Delimiter.NONE) {
            out.append(s, written, s.length());
        }
        return new Out(new Node.Text(node.position(), out.toString()), c);
    }

    private TemplateException error(Node node, String message) {
        return new TemplateException("html/template:" + tree.where(node.position()) + ": " + message);
    }
}
