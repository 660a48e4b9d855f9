package io.pharos.model.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A struct, or a pointer to one where the type's name begins with `*`.
///
/// @param text what `String()` answers; null where the type has no such method
public record GoStruct(
        String typeName,
        List<Field> fields,
        Map<String, GoFunction> methods,
        @Nullable String text) implements GoValue {
    /// An exported field, and its name in JSON.
    public record Field(String name, String jsonName, Object value) {}

    public GoStruct {
        fields = List.copyOf(fields);
        methods = Map.copyOf(methods);
    }

    public GoStruct(String typeName, List<Field> fields) {
        this(typeName, fields, Map.of(), null);
    }

    boolean pointer() {
        return typeName.startsWith("*");
    }

    @Nullable
    Object get(String name) {
        for (Field field : fields) {
            if (field.name.equals(name)) {
                return field.value;
            }
        }
        return null;
    }
}
