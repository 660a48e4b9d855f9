package io.pharos.query.api;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.text.GoText;
import io.pharos.query.api.Federation.Family;
import io.pharos.query.api.Federation.Member;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Families in Prometheus' text format. Histograms with custom bounds become classic ones; those with exponential
/// buckets have no text form and do not come here.
final class FederationText {
    private FederationText() {}

    static void write(List<Family> families, EscapedNames names, OutputStream out) throws IOException {
        for (Family family : families) {
            var text = new StringBuilder();
            String name = names.encode(family.name());
            String type =
                    switch (family.kind()) {
                        case UNTYPED -> "untyped";
                        case HISTOGRAM -> "histogram";
                        case GAUGE_HISTOGRAM -> "gaugehistogram";
                    };
            text.append("# TYPE ")
                    .append(Labels.isLegacyMetricName(name) ? name : quote(name))
                    .append(' ')
                    .append(type)
                    .append('\n');
            for (Member member : family.members()) {
                FloatHistogram histogram = member.sample().histogram();
                if (histogram == null) {
                    line(text, name, member, names, "", member.sample().value());
                } else {
                    histogram(text, name, member, names, histogram);
                }
            }
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void histogram(
            StringBuilder text, String name, Member member, EscapedNames names, FloatHistogram histogram) {
        double[] cumulative = ClassicBuckets.cumulative(histogram);
        double[] bounds = histogram.customValues();
        for (int i = 0; i < bounds.length; i++) {
            line(text, name + "_bucket", member, names, GoText.general(bounds[i]), cumulative[i]);
        }
        if (bounds.length == 0 || bounds[bounds.length - 1] != Double.POSITIVE_INFINITY) {
            line(text, name + "_bucket", member, names, "+Inf", histogram.count());
        }
        line(text, name + "_sum", member, names, "", histogram.sum());
        line(text, name + "_count", member, names, "", histogram.count());
    }

    private static void line(
            StringBuilder text, String name, Member member, EscapedNames names, String le, double value) {
        boolean quoted = !Labels.isLegacyMetricName(name);
        boolean braces = quoted || !member.labels().isEmpty() || !le.isEmpty();
        if (!quoted) {
            text.append(name);
        }
        if (braces) {
            text.append('{');
            if (quoted) {
                text.append(quote(name));
            }
            boolean first = !quoted;
            for (Map.Entry<String, String> label : member.labels().entrySet()) {
                label(text, first, names.encode(label.getKey()), label.getValue());
                first = false;
            }
            if (!le.isEmpty()) {
                label(text, first, "le", le);
            }
            text.append('}');
        }
        text.append(' ')
                .append(value == 0 ? "0" : GoText.general(value))
                .append(' ')
                .append(String.format(Locale.ROOT, "%d", member.sample().atMs()))
                .append('\n');
    }

    private static void label(StringBuilder text, boolean first, String name, String value) {
        text.append(first ? "" : ",")
                .append(Labels.isLegacyName(name) ? name : quote(name))
                .append('=')
                .append(quote(value));
    }

    private static String quote(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
