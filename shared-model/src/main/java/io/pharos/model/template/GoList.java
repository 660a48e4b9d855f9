package io.pharos.model.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A slice.
///
/// @param elementType name of the elements' type
/// @param text what `String()` answers; null where the type has no such method
public record GoList(
        String typeName,
        String elementType,
        List<Object> items,
        Map<String, GoFunction> methods,
        @Nullable String text) implements GoValue {
    public GoList {
        items = List.copyOf(items);
        methods = Map.copyOf(methods);
    }

    public static GoList strings(List<String> items) {
        return new GoList("[]string", "string", List.copyOf(items), Map.of(), null);
    }

    static GoList any(List<Object> items) {
        return new GoList("[]interface {}", "interface {}", items, Map.of(), null);
    }
}
