package io.pharos.model.template;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The functions a template may call, by name. Immutable.
public final class TemplateFunctions {
    /// Go's own alone.
    public static final TemplateFunctions BUILT_IN = new TemplateFunctions(Builtins.all());

    private final Map<String, GoFunction> functions;

    private TemplateFunctions(Map<String, GoFunction> functions) {
        this.functions = Map.copyOf(functions);
    }

    /// These and `more`; those of `more` hide these.
    public TemplateFunctions with(Map<String, GoFunction> more) {
        var all = new LinkedHashMap<>(functions);
        all.putAll(more);
        return new TemplateFunctions(all);
    }

    boolean has(String name) {
        return functions.containsKey(name);
    }

    @Nullable
    GoFunction get(String name) {
        return functions.get(name);
    }
}
