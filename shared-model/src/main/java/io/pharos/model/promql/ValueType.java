package io.pharos.model.promql;

/// The types of PromQL values. `documented` is the name error texts use, `raw` the API's `resultType`.
public enum ValueType {
    SCALAR("scalar", "scalar"),
    VECTOR("instant vector", "vector"),
    MATRIX("range vector", "matrix"),
    STRING("string", "string");

    private final String documented;
    private final String raw;

    ValueType(String documented, String raw) {
        this.documented = documented;
        this.raw = raw;
    }

    public String documented() {
        return documented;
    }

    public String raw() {
        return raw;
    }
}
