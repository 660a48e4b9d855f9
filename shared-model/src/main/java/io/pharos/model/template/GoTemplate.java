package io.pharos.model.template;

import io.pharos.model.text.GoText;
import java.util.LinkedHashMap;
import java.util.Map;

/// A set of named templates that know each other, as Go's `text/template` and `html/template` read and run them.
/// Immutable.
///
/// ```java
/// GoTemplate set = GoTemplate.empty(functions, MissingKey.ZERO).with("default.tmpl", text);
/// String title = set.with("", "{{ template \"slack.default.title\" . }}").render("", data);
/// ```
public final class GoTemplate {
    /// Output longer than this, in UTF-16 units, is an error.
    private static final int MAX_OUTPUT = 16 << 20;

    /// Texts longer than this are refused.
    private static final int MAX_TEXT = 4 << 20;

    /// What `.key` of a map without `key` is.
    public enum MissingKey {
        /// Nothing: prints `<no value>`.
        DEFAULT,
        /// The zero value of the map's elements.
        ZERO,
        /// An error.
        ERROR
    }

    private final TemplateFunctions functions;
    private final MissingKey missingKey;
    private final Map<String, Tree> trees;

    private GoTemplate(TemplateFunctions functions, MissingKey missingKey, Map<String, Tree> trees) {
        this.functions = functions;
        this.missingKey = missingKey;
        this.trees = Map.copyOf(trees);
    }

    /// A set without templates.
    public static GoTemplate empty(TemplateFunctions functions, MissingKey missingKey) {
        return new GoTemplate(functions, missingKey, Map.of());
    }

    /// This set and the templates that `text` defines; its body is called `name`. Later ones replace earlier ones,
    /// unless they are empty and those are not.
    ///
    /// @throws TemplateException `template: NAME:LINE: …` where it does not parse
    public GoTemplate with(String name, String text) {
        if (text.length() > MAX_TEXT) {
            throw new TemplateException("template: " + name + ":1: text is longer than " + MAX_TEXT + " characters");
        }
        var all = new LinkedHashMap<>(trees);
        Parser.parse(name, text, functions::has).forEach((defined, tree) -> {
            if (defined.equals(name) || !tree.isEmpty() || !all.containsKey(defined)) {
                all.put(defined, tree);
            }
        });
        return new GoTemplate(functions, missingKey, all);
    }

    /// Runs the template `name` over `data`, which is one of the values of this package.
    ///
    /// @throws TemplateException `template: NAME:LINE:COLUMN: executing …` where it fails;
    /// the exception has what was printed before
    public String render(String name, Object data) {
        return render(name, data, functions);
    }

    /// The same, with functions that were not known when it was parsed but have the same names.
    public String render(String name, Object data, TemplateFunctions other) {
        return new Execution(trees, other, missingKey, MAX_OUTPUT, tree(name)).run(data);
    }

    /// The same as [#render], with values escaped for the place in an HTML page where they are printed, as
    /// `html/template` does.
    public String renderHtml(String name, Object data, TemplateFunctions other) {
        Tree root = tree(name);
        Map<String, Tree> escaped;
        try {
            escaped = new HtmlEscaper(trees, name, root).escape();
        } catch (StackOverflowError e) {
            throw new TemplateException("html/template:" + name + ": templates are nested too deeply");
        }
        return new Execution(escaped, other, missingKey, MAX_OUTPUT, escaped.getOrDefault(name, root)).run(data);
    }

    /// Whether a template of that name is defined.
    public boolean has(String name) {
        return trees.containsKey(name);
    }

    private Tree tree(String name) {
        Tree tree = trees.get(name);
        if (tree == null) {
            throw new TemplateException(
                    "template: " + name + ": " + GoText.quote(name) + " is an incomplete or empty template");
        }
        return tree;
    }
}
