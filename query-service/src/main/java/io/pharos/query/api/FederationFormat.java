package io.pharos.query.api;

import io.pharos.query.api.Federation.Family;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The format that a federating server asked for: text, or delimited protobuf, with names escaped or not (`expfmt` of
/// prometheus/common; OpenMetrics is not offered).
record FederationFormat(boolean isProtobuf, EscapedNames names) {
    private static final String PROTOBUF = "application/vnd.google.protobuf";

    private record Clause(String type, Map<String, String> parameters, double weight) {}

    /// By the `Accept` header; text with underscores where nothing offered is asked for.
    static FederationFormat accepted(String accept) {
        var clauses = new ArrayList<Clause>();
        for (String part : accept.split(",")) {
            clauses.add(clause(part));
        }
        clauses.sort(Comparator.comparingDouble(Clause::weight).reversed());
        EscapedNames names = EscapedNames.UNDERSCORES;
        for (Clause clause : clauses) {
            String escaping = clause.parameters().getOrDefault("escaping", "");
            for (EscapedNames known : EscapedNames.values()) {
                if (known.word().equals(escaping)) {
                    names = known;
                }
            }
            String version = clause.parameters().getOrDefault("version", "");
            if (clause.type().equals(PROTOBUF)
                    && "io.prometheus.client.MetricFamily"
                            .equals(clause.parameters().get("proto"))
                    && "delimited".equals(clause.parameters().get("encoding"))) {
                return new FederationFormat(true, names);
            }
            if (clause.type().equals("text/plain") && (version.isEmpty() || version.equals("0.0.4"))) {
                return new FederationFormat(false, names);
            }
        }
        return new FederationFormat(false, names);
    }

    private static Clause clause(String text) {
        String[] parts = text.split(";");
        var parameters = new HashMap<String, String>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                String value = parts[i].substring(equals + 1).strip();
                parameters.put(parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT), value.replace("\"", ""));
            }
        }
        double weight;
        try {
            weight = Double.parseDouble(parameters.getOrDefault("q", "1"));
        } catch (NumberFormatException e) {
            weight = 1;
        }
        return new Clause(parts[0].strip().toLowerCase(Locale.ROOT), parameters, weight);
    }

    String contentType() {
        return (isProtobuf
                        ? PROTOBUF + "; proto=io.prometheus.client.MetricFamily; encoding=delimited"
                        : "text/plain; version=0.0.4; charset=utf-8")
                + "; escaping=" + names.word();
    }

    void write(List<Family> families, OutputStream out) throws IOException {
        if (isProtobuf) {
            FederationProtobuf.write(families, names, out);
        } else {
            FederationText.write(families, names, out);
        }
    }
}
