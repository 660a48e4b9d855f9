package io.pharos.model.template;

import static io.pharos.model.template.GoType.ANY;
import static io.pharos.model.template.GoType.SAMPLE;
import static io.pharos.model.template.GoType.SAMPLES;
import static io.pharos.model.template.GoType.STRING;

import io.pharos.model.text.GoText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The template of one label or annotation of an alerting rule, parsed once and expanded for every alert. Immutable.
///
/// ```java
/// RuleTemplate summary = RuleTemplate.parse("InstanceDown", "{{ $labels.instance }} is down");
/// String text = summary.expand(labels, externalLabels, 1.0, surroundings);
/// ```
/// Facts: `template/template.go` and `rules/alerting.go` of Prometheus 3.14.
public final class RuleTemplate {
    private static final String DEFINITIONS =
            "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";
    private static final String DATA_TYPE =
            "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }";

    /// One element that `query` answers; `value` is a [Double], or a histogram that prints itself.
    public record Sample(Map<String, String> labels, Object value) {
        public Sample {
            labels = Map.copyOf(labels);
        }
    }

    /// Evaluates the expressions of `query`, at the time of the rule's evaluation. A failure is told by any
    /// [RuntimeException].
    @FunctionalInterface
    public interface Queries {
        List<Sample> query(String expression);
    }

    /// What templates see besides their alert. Made once an evaluation, for it holds the functions. Immutable.
    public static final class Surroundings {
        private final Queries queries;
        private final Instant at;
        private final String externalUrl;
        private final String pathPrefix;
        private final TemplateFunctions functions;

        /// @param externalUrl `--web.external-url`, without a trailing slash
        /// @param pathPrefix path of that address
        public Surroundings(Queries queries, Instant at, String externalUrl, String pathPrefix) {
            this.queries = queries;
            this.at = at;
            this.externalUrl = externalUrl;
            this.pathPrefix = pathPrefix;
            this.functions = TemplateFunctions.BUILT_IN.with(functions(this));
        }
    }

    private static final TemplateFunctions NAMES = new Surroundings(_ -> List.of(), Instant.EPOCH, "", "").functions;

    private final String name;
    private final String text;
    private final GoTemplate template;
    private final boolean literal;

    private RuleTemplate(String name, String text, GoTemplate template, boolean literal) {
        this.name = name;
        this.text = text;
        this.template = template;
        this.literal = literal;
    }

    /// Parses the text of a label or annotation of the rule `alert`.
    ///
    /// @throws TemplateException `error parsing template __alert_NAME: template: __alert_NAME:1: …`
    public static RuleTemplate parse(String alert, String text) {
        String name = "__alert_" + alert;
        try {
            GoTemplate template =
                    GoTemplate.empty(NAMES, GoTemplate.MissingKey.ZERO).with(name, DEFINITIONS + text);
            return new RuleTemplate(name, text, template, !text.contains("{{"));
        } catch (TemplateException e) {
            throw new TemplateException("error parsing template " + name + ": " + e.text());
        }
    }

    /// Expands it for one alert.
    ///
    /// @param value what the expression gave: a [Double], or a histogram that prints itself
    /// @throws TemplateException `error executing template __alert_NAME: …`
    public String expand(
            Map<String, String> labels, Map<String, String> externalLabels, Object value, Surroundings surroundings) {
        if (literal) {
            return text;
        }
        var data = new GoStruct(
                DATA_TYPE,
                List.of(
                        new GoStruct.Field("Labels", "Labels", GoMap.ofStrings(labels)),
                        new GoStruct.Field("ExternalLabels", "ExternalLabels", GoMap.ofStrings(externalLabels)),
                        new GoStruct.Field("ExternalURL", "ExternalURL", surroundings.externalUrl),
                        new GoStruct.Field("Value", "Value", value)));
        try {
            return template.render(name, data, surroundings.functions);
        } catch (TemplateException e) {
            throw new TemplateException("error executing template " + name + ": " + e.text());
        }
    }

    private static Map<String, GoFunction> functions(Surroundings surroundings) {
        var all = new LinkedHashMap<String, GoFunction>();
        all.put("query", GoFunction.of(args -> query(surroundings, (String) args[0]), STRING));
        all.put("first", GoFunction.of(args -> first(args[0]), SAMPLES));
        all.put("label", GoFunction.of(args -> labels(args[1]).getOrDefault(args[0], ""), STRING, SAMPLE));
        all.put("value", GoFunction.of(args -> field(args[0], "Value"), SAMPLE));
        all.put("strvalue", GoFunction.of(args -> labels(args[0]).getOrDefault("__value__", ""), SAMPLE));
        all.put("sortByLabel", GoFunction.of(args -> sortByLabel((String) args[0], args[1]), STRING, SAMPLES));
        all.put("args", GoFunction.variadic(RuleTemplate::numbered, ANY));
        all.put(
                "reReplaceAll",
                GoFunction.of(args -> SharedFunctions.replaceAll(args[0], args[1], args[2]), STRING, STRING, STRING));
        all.put("match", GoFunction.of(args -> SharedFunctions.matches(args[0], args[1]), STRING, STRING));
        all.put("safeHtml", GoFunction.of(args -> new TrustedText(TrustedText.Kind.HTML, (String) args[0]), STRING));
        all.put("title", GoFunction.of(args -> title((String) args[0]), STRING));
        all.put("toUpper", GoFunction.of(args -> Cases.upper((String) args[0]), STRING));
        all.put("toLower", GoFunction.of(args -> Cases.lower((String) args[0]), STRING));
        all.put("graphLink", GoFunction.of(args -> graph((String) args[0], 0), STRING));
        all.put("tableLink", GoFunction.of(args -> graph((String) args[0], 1), STRING));
        all.put("stripPort", GoFunction.of(args -> Hosts.withoutPort((String) args[0]), STRING));
        all.put("stripDomain", GoFunction.of(args -> Hosts.withoutDomain((String) args[0]), STRING));
        all.put("humanize", GoFunction.of(args -> SharedFunctions.humanize(SharedFunctions.number(args[0])), ANY));
        all.put(
                "humanize1024",
                GoFunction.of(args -> SharedFunctions.humanize1024(SharedFunctions.number(args[0])), ANY));
        all.put(
                "humanizeDuration",
                GoFunction.of(args -> SharedFunctions.humanizeDuration(SharedFunctions.number(args[0])), ANY));
        all.put(
                "humanizePercentage",
                GoFunction.of(args -> SharedFunctions.humanizePercentage(SharedFunctions.number(args[0])), ANY));
        all.put("humanizeTimestamp", GoFunction.of(args -> timestamp(SharedFunctions.number(args[0])), ANY));
        all.put("toTime", GoFunction.of(args -> time(SharedFunctions.number(args[0])), ANY));
        all.put(
                "toDuration",
                GoFunction.of(args -> GoInt.duration((long) (SharedFunctions.number(args[0]) * 1e9)), ANY));
        all.put("now", GoFunction.of(_ -> surroundings.at.toEpochMilli() / 1000.0));
        all.put("pathPrefix", GoFunction.of(_ -> surroundings.pathPrefix));
        all.put("externalURL", GoFunction.of(_ -> surroundings.externalUrl));
        all.put("parseDuration", GoFunction.of(args -> Durations.seconds((String) args[0]), STRING));
        all.put("urlQueryEscape", GoFunction.of(args -> Builtins.queryEscape((String) args[0]), STRING));
        return all;
    }

    private static GoList query(Surroundings surroundings, String expression) {
        List<Sample> samples;
        try {
            samples = surroundings.queries.query(expression);
        } catch (RuntimeException e) {
            throw new TemplateException(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        var items = new ArrayList<Object>(samples.size());
        for (Sample sample : samples) {
            items.add(new GoStruct(
                    SAMPLE.goName(),
                    List.of(
                            new GoStruct.Field("Labels", "Labels", GoMap.ofStrings(sample.labels)),
                            new GoStruct.Field("Value", "Value", sample.value))));
        }
        return samplesOf(items);
    }

    private static GoList samplesOf(List<Object> items) {
        return new GoList(SAMPLES.goName(), SAMPLE.goName(), items, Map.of(), null);
    }

    private static Object first(Object samples) {
        if (samples instanceof GoList list && !list.items().isEmpty()) {
            return list.items().getFirst();
        }
        throw new TemplateException("first() called on vector with no elements");
    }

    private static Object field(Object sample, String name) {
        Object value = sample instanceof GoStruct struct ? struct.get(name) : null;
        if (value == null) {
            throw new TemplateException("runtime error: invalid memory address or nil pointer dereference");
        }
        return value;
    }

    private static Map<String, Object> labels(Object sample) {
        return ((GoMap) field(sample, "Labels")).entries();
    }

    private static Object sortByLabel(String label, Object samples) {
        if (!(samples instanceof GoList list)) {
            return samplesOf(List.of());
        }
        var items = new ArrayList<>(list.items());
        items.sort(Comparator.comparing(sample -> (String) labels(sample).getOrDefault(label, ""), GoMap.BYTE_ORDER));
        return samplesOf(items);
    }

    private static Object numbered(Object[] args) {
        var all = new LinkedHashMap<String, Object>();
        for (int i = 0; i < args.length; i++) {
            all.put("arg" + i, args[i]);
        }
        return GoMap.ofAny(all);
    }

    private static String graph(String expression, int tab) {
        return "/graph?g0.expr=" + Builtins.queryEscape(expression) + "&g0.tab=" + tab;
    }

    /// `strings.Title`: the first letter of each word, where all but letters, digits and `_` part words.
    private static String title(String text) {
        var out = new StringBuilder(text.length());
        int before = ' ';
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            boolean parts = before < 0x80
                    ? !Character.isLetterOrDigit(before) && before != '_'
                    : !Character.isLetter(before) && !Character.isDigit(before) && Character.isWhitespace(before);
            out.appendCodePoint(parts ? Character.toTitleCase(c) : c);
            before = c;
        }
        return out.toString();
    }

    private static String timestamp(double seconds) {
        if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
            return GoFormat.sprintf("%.4g", seconds);
        }
        return time(seconds).toString();
    }

    private static GoTime time(double seconds) {
        if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
            throw new TemplateException("value is NaN or Inf");
        }
        double ms = seconds * 1000;
        if (ms > Long.MAX_VALUE || ms < Long.MIN_VALUE) {
            throw new TemplateException(GoText.plain(seconds)
                    + " cannot be represented as a nanoseconds timestamp since it overflows int64");
        }
        // Go cuts to whole nanoseconds of the product.
        double nanos = seconds * 1e9;
        if (nanos > Long.MAX_VALUE || nanos < Long.MIN_VALUE) {
            throw new TemplateException(GoText.general(nanos)
                    + " cannot be represented as a nanoseconds timestamp since it overflows int64");
        }
        long whole = new BigDecimal(nanos).setScale(0, RoundingMode.DOWN).longValue();
        return GoTime.utc(
                Instant.ofEpochSecond(Math.floorDiv(whole, 1_000_000_000L), Math.floorMod(whole, 1_000_000_000L)));
    }
}
