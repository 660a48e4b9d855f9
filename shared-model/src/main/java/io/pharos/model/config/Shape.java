package io.pharos.model.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The components of a configuration record with their keys, found once.
record Shape(Class<?> type, List<Component> components, java.lang.reflect.Constructor<?> constructor) {
    record Component(
            RecordComponent of,
            String key,
            String or,
            boolean always,
            boolean inline,
            Key.Form form,
            String nullItem,
            String empty,
            String overrides) {
        Object read(Object record) {
            try {
                return of.getAccessor().invoke(record);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("bug: can't read " + of, e);
            }
        }
    }

    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    static Shape of(Class<?> type) {
        return SHAPES.computeIfAbsent(type, Shape::find);
    }

    private static Shape find(Class<?> type) {
        var components = new ArrayList<Component>();
        var types = new ArrayList<Class<?>>();
        for (RecordComponent component : type.getRecordComponents()) {
            @Nullable Key key = component.getAnnotation(Key.class);
            String name = key == null || key.value().isEmpty() ? snake(component.getName()) : key.value();
            component.getAccessor().setAccessible(true);
            components.add(
                    key == null
                            ? new Component(component, name, "", false, false, Key.Form.PLAIN, "", "", "")
                            : new Component(
                                    component,
                                    name,
                                    key.or(),
                                    key.always(),
                                    key.inline(),
                                    key.form(),
                                    key.nullItem(),
                                    key.empty(),
                                    key.overrides()));
            types.add(component.getType());
        }
        try {
            var constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return new Shape(type, List.copyOf(components), constructor);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("bug: no canonical constructor of " + type, e);
        }
    }

    /// Makes the record; what its constructor complains of is thrown as it is.
    Object create(Object[] values) {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("bug: can't make " + type, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("bug: can't make " + type, e);
        }
    }

    private static String snake(String name) {
        var out = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            out.append(Character.isUpperCase(c) ? "_" : "").append(Character.toLowerCase(c));
        }
        return out.toString().toLowerCase(Locale.ROOT);
    }
}
