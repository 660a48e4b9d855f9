package io.pharos.model.template;

/// A parameter's type: its name in Go, and what may be passed for it.
public enum GoType {
    /// Anything, and the function sees Go's `reflect.Value`: nil arrives as nothing.
    VALUE("reflect.Value"),
    ANY("interface {}"),
    BOOL("bool"),
    STRING("string"),
    INT("int"),
    INT64("int64"),
    FLOAT("float64"),
    STRINGS("[]string"),
    LIST("[]interface {}"),
    TIME("time.Time"),
    DURATION("time.Duration"),
    SAMPLE("*template.sample"),
    SAMPLES("template.queryResult");

    private final String goName;

    GoType(String goName) {
        this.goName = goName;
    }

    String goName() {
        return goName;
    }

    boolean mayBeNil() {
        return switch (this) {
            case VALUE, ANY, STRINGS, LIST, SAMPLE, SAMPLES -> true;
            case BOOL, STRING, INT, INT64, FLOAT, TIME, DURATION -> false;
        };
    }

    boolean accepts(Object value) {
        return switch (this) {
            case VALUE, ANY -> true;
            case BOOL -> value instanceof Boolean;
            case STRING -> value instanceof String;
            case INT -> value instanceof Long;
            case INT64 -> value instanceof GoInt n && n.typeName().equals("int64");
            case FLOAT -> value instanceof Double;
            case STRINGS -> value instanceof GoList list && list.elementType().equals("string");
            case LIST -> value instanceof GoList list && list.elementType().equals("interface {}");
            case TIME -> value instanceof GoTime;
            case DURATION -> value instanceof GoInt n && n.typeName().equals(GoInt.DURATION);
            case SAMPLE -> value instanceof GoStruct s && s.typeName().equals(goName);
            case SAMPLES -> value instanceof GoList list && list.typeName().equals(goName);
        };
    }
}
