package io.pharos.model.template;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A map with string keys, in the order of their bytes.
///
/// @param elementType name of the values' type, `string` or `interface {}`
/// @param text what `String()` answers; null where the type has no such method
public record GoMap(
        String typeName,
        String elementType,
        SortedMap<String, Object> entries,
        Map<String, GoFunction> methods,
        @Nullable String text)
        implements GoValue {
    static final Comparator<String> BYTE_ORDER =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    public GoMap {
        var sorted = new TreeMap<String, Object>(BYTE_ORDER);
        sorted.putAll(entries);
        entries = Collections.unmodifiableSortedMap(sorted);
        methods = Map.copyOf(methods);
    }

    /// `map[string]string`.
    public static GoMap ofStrings(Map<String, String> entries) {
        return new GoMap("map[string]string", "string", new TreeMap<>(entries), Map.of(), null);
    }

    static GoMap ofAny(Map<String, Object> entries) {
        return new GoMap("map[string]interface {}", "interface {}", new TreeMap<>(entries), Map.of(), null);
    }

    Object zero() {
        return elementType.equals("string") ? "" : Nil.INTERFACE;
    }
}
