package io.pharos.model.template;

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
    /// The order of UTF-8 bytes, which is that of code points; that of UTF-16 differs where surrogates are.
    static final Comparator<String> BYTE_ORDER = GoMap::compareCodePoints;

    private static int compareCodePoints(String a, String b) {
        int shared = Math.min(a.length(), b.length());
        for (int i = 0; i < shared; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return rank(x) - rank(y);
            }
        }
        return a.length() - b.length();
    }

    /// Surrogates stand for what comes after every other character.
    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + 0x10000 : c;
    }

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
