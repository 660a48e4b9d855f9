package io.pharos.model.template;

import java.util.List;

/// A function or method that templates may call.
///
/// @param parameters types of its parameters; the last one repeats where `variadic`
public record GoFunction(List<GoType> parameters, boolean variadic, Body body) {
    public GoFunction {
        parameters = List.copyOf(parameters);
    }

    /// What it does. Arguments come checked against the parameters; a failure is told by [TemplateException].
    @FunctionalInterface
    public interface Body {
        Object call(Object[] arguments);
    }

    public static GoFunction of(Body body, GoType... parameters) {
        return new GoFunction(List.of(parameters), false, body);
    }

    public static GoFunction variadic(Body body, GoType... parameters) {
        return new GoFunction(List.of(parameters), true, body);
    }

    /// The type of the argument at `index`.
    GoType typeOf(int index) {
        return parameters.get(Math.min(index, parameters.size() - 1));
    }
}
