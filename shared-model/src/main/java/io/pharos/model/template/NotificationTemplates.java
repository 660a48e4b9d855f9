package io.pharos.model.template;

import static io.pharos.model.template.GoType.ANY;
import static io.pharos.model.template.GoType.LIST;
import static io.pharos.model.template.GoType.STRING;
import static io.pharos.model.template.GoType.STRINGS;
import static io.pharos.model.template.GoType.TIME;

import io.pharos.model.text.GoText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The templates of an `alertmanager.yml`: the default ones and those of its files. Immutable, thread-safe.
///
/// ```java
/// NotificationTemplates templates = NotificationTemplates.of(texts, InstantSource.system());
/// String title = templates.text("{{ template \"slack.default.title\" . }}", data);
/// ```
/// Facts: `template/template.go` of Alertmanager 0.34.
public final class NotificationTemplates {
    private static final List<String> DEFAULTS = List.of("default.tmpl", "email.tmpl");

    private final GoTemplate set;
    private final InstantSource time;
    private final Instant started;

    private NotificationTemplates(GoTemplate set, InstantSource time) {
        this.set = set;
        this.time = time;
        this.started = time.instant();
    }

    /// The default templates and those that `texts` define, later ones replacing earlier ones.
    ///
    /// @throws TemplateException `template: :LINE: …` where one does not parse
    public static NotificationTemplates of(List<String> texts, InstantSource time) {
        GoTemplate set = defaults();
        for (String text : texts) {
            set = set.with("", text);
        }
        return new NotificationTemplates(set, time);
    }

    private static GoTemplate defaults() {
        GoTemplate set = GoTemplate.empty(names(), GoTemplate.MissingKey.ZERO);
        for (String name : DEFAULTS) {
            set = set.with("", resource(name));
        }
        return set;
    }

    /// The same, of files.
    ///
    /// @throws TemplateException also where one can't be read
    public static NotificationTemplates load(List<Path> files, InstantSource time) {
        return new NotificationTemplates(read(defaults(), files), time);
    }

    /// Files alone, without the default templates.
    ///
    /// @throws TemplateException where one does not parse or can't be read
    public static NotificationTemplates only(List<Path> files, InstantSource time) {
        return new NotificationTemplates(read(GoTemplate.empty(names(), GoTemplate.MissingKey.ZERO), files), time);
    }

    /// The set with what each file defines, and the file itself under its name.
    private static GoTemplate read(GoTemplate known, List<Path> files) {
        GoTemplate set = known;
        for (Path file : files) {
            try {
                set = set.with(String.valueOf(file.getFileName()), Files.readString(file));
            } catch (IOException e) {
                throw new TemplateException("open " + file + ": " + e.getMessage());
            }
        }
        return set;
    }

    /// Checks a receiver's string.
    ///
    /// @throws TemplateException where it does not parse
    public void check(String template) {
        set.with("", template);
    }

    /// Checks the syntax of a string on its own.
    ///
    /// @throws TemplateException where it does not parse
    public static void checkSyntax(String template) {
        GoTemplate.empty(names(), GoTemplate.MissingKey.ZERO).with("", template);
    }

    /// What strings are rendered over.
    private record Subject(GoStruct value, TemplateFunctions functions) {}

    /// One notification's data, made into values once for all the strings that are rendered over it, when the first one
    /// asks for them: many a receiver renders none. Thread-safe.
    public final class Over {
        private final NotificationData data;
        private final RouteLabels routeLabels;
        private volatile @Nullable Subject made;

        private Over(NotificationData data, RouteLabels routeLabels) {
            this.data = data;
            this.routeLabels = routeLabels;
        }

        private Subject subject() {
            Subject known = made;
            if (known == null) {
                known = new Subject(data.value(), functions(time, started, routeLabels));
                made = known;
            }
            return known;
        }

        /// Renders a receiver's string as text.
        ///
        /// @throws TemplateException where it does not parse or fails
        public String text(String template) {
            if (!template.contains("{{")) {
                return template;
            }
            Subject subject = subject();
            return set.with("", template).render("", subject.value(), subject.functions());
        }

        /// Renders a receiver's string as HTML, every value escaped for its place.
        ///
        /// @throws TemplateException where it does not parse or fails
        public String html(String template) {
            if (template.isEmpty()) {
                return "";
            }
            Subject subject = subject();
            return set.with("", template).renderHtml("", subject.value(), subject.functions());
        }
    }

    /// What renders strings over `data`.
    public Over over(NotificationData data) {
        return new Over(data, routeLabels(data));
    }

    /// Renders a receiver's string as text.
    ///
    /// @throws TemplateException where it does not parse or fails
    public String text(String template, NotificationData data) {
        return over(data).text(template);
    }

    /// The same, with a `routeLabels` of the caller's: it may fail by [TemplateException].
    public String text(String template, NotificationData data, RouteLabels routeLabels) {
        return new Over(data, routeLabels).text(template);
    }

    /// Renders the labels that a route adds, each of which may ask for others by the function `routeLabels`. A label
    /// that fails is left out, and `failed` is told its name and why.
    public Map<String, String> routeLabels(
            Map<String, String> labels, NotificationData data, BiConsumer<String, String> failed) {
        var rendered = new LinkedHashMap<String, String>();
        var rendering = new RouteRendering(labels, data, rendered);
        labels.keySet().forEach(name -> {
            try {
                rendering.get(name);
            } catch (TemplateException e) {
                failed.accept(name, e.text());
            }
        });
        return rendered;
    }

    /// Renders labels on demand, and sees when one asks for itself.
    private final class RouteRendering implements RouteLabels {
        private final Map<String, String> labels;
        private final NotificationData data;
        private final Map<String, String> rendered;
        private final List<String> path = new ArrayList<>();

        RouteRendering(Map<String, String> labels, NotificationData data, Map<String, String> rendered) {
            this.labels = labels;
            this.data = data;
            this.rendered = rendered;
        }

        @Override
        public String get(String name) {
            String known = rendered.get(name);
            String template = labels.get(name);
            if (known != null || template == null) {
                return known == null ? "" : known;
            }
            if (path.contains(name)) {
                List<String> cycle = new ArrayList<>(path.subList(path.indexOf(name), path.size()));
                cycle.add(name);
                throw new TemplateException("route label cycle detected: " + String.join(" -> ", cycle));
            }
            path.add(name);
            try {
                String text = text(template, data, this);
                rendered.put(name, text);
                return text;
            } finally {
                path.removeLast();
            }
        }
    }

    /// Renders a receiver's string as HTML, every value escaped for its place.
    ///
    /// @throws TemplateException where it does not parse or fails
    public String html(String template, NotificationData data) {
        return over(data).html(template);
    }

    /// What the template function `routeLabels` answers for a name.
    @FunctionalInterface
    public interface RouteLabels {
        String get(String name);
    }

    private static RouteLabels routeLabels(NotificationData data) {
        return name -> data.routeLabels().getOrDefault(name, "");
    }

    private static String resource(String name) {
        try (InputStream in = NotificationTemplates.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("bug: " + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TemplateFunctions names() {
        return functions(InstantSource.system(), Instant.EPOCH, _ -> "");
    }

    private static TemplateFunctions functions(InstantSource time, Instant started, RouteLabels routeLabels) {
        var all = new LinkedHashMap<String, GoFunction>();
        all.put("toUpper", GoFunction.of(args -> Cases.upper((String) args[0]), STRING));
        all.put("toLower", GoFunction.of(args -> Cases.lower((String) args[0]), STRING));
        all.put("title", GoFunction.of(args -> Cases.title((String) args[0]), STRING));
        all.put("trimSpace", GoFunction.of(args -> trimmed((String) args[0]), STRING));
        all.put("join", GoFunction.of(args -> join((String) args[0], args[1]), STRING, STRINGS));
        all.put("match", GoFunction.of(args -> SharedFunctions.matches(args[0], args[1]), STRING, STRING));
        all.put("safeHtml", GoFunction.of(args -> new TrustedText(TrustedText.Kind.HTML, (String) args[0]), STRING));
        all.put("safeUrl", GoFunction.of(args -> new TrustedText(TrustedText.Kind.URL, (String) args[0]), STRING));
        all.put("urlUnescape", GoFunction.of(args -> urlUnescape((String) args[0]), STRING));
        all.put(
                "reReplaceAll",
                GoFunction.of(args -> SharedFunctions.replaceAll(args[0], args[1], args[2]), STRING, STRING, STRING));
        all.put(
                "stringSlice",
                GoFunction.variadic(args -> new GoList("[]string", "string", List.of(args), Map.of(), null), STRING));
        all.put("date", GoFunction.of(args -> ((GoTime) args[1]).format((String) args[0]), STRING, TIME));
        all.put("tz", GoFunction.of(args -> ((GoTime) args[1]).in(zone((String) args[0])), STRING, TIME));
        all.put("now", GoFunction.of(_ -> now(time, started)));
        all.put(
                "since",
                GoFunction.of(args -> GoInt.duration(GoTime.between(GoTime.of(args[0]), time.instant())), TIME));
        all.put("toDate", GoFunction.of(args -> date(args, false), STRING, STRING));
        all.put("mustToDate", GoFunction.of(args -> date(args, true), STRING, STRING));
        all.put(
                "humanizeDuration",
                GoFunction.of(args -> SharedFunctions.humanizeDuration(SharedFunctions.number(args[0])), ANY));
        all.put("toJson", GoFunction.of(args -> GoJson.write(args[0]), ANY));
        all.put(
                "base64encode",
                GoFunction.of(args -> Base64.getUrlEncoder().encodeToString(Kinds.utf8((String) args[0])), STRING));
        all.put("base64decode", GoFunction.of(args -> base64Decode((String) args[0]), STRING));
        all.put("list", GoFunction.variadic(args -> GoList.any(List.of(args)), ANY));
        all.put("append", GoFunction.variadic(NotificationTemplates::append, LIST, ANY));
        all.put("dict", GoFunction.variadic(NotificationTemplates::dict, ANY));
        all.put("routeLabels", GoFunction.of(args -> routeLabels.get((String) args[0]), STRING));
        return TemplateFunctions.BUILT_IN.with(all);
    }

    private static GoTime now(InstantSource time, Instant started) {
        Instant now = time.instant();
        return new GoTime(now, ZoneId.systemDefault(), OptionalLong.of(GoTime.between(started, now)));
    }

    /// `strings.TrimSpace`: Unicode's white space.
    private static String trimmed(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isSpace(char c) {
        return c >= '\t' && c <= '\r'
                || c == ' '
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || c >= 0x2000 && c <= 0x200A
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    private static String join(String separator, Object list) {
        return list instanceof GoList items
                ? String.join(
                        separator, items.items().stream().map(Kinds::string).toList())
                : "";
    }

    private static String urlUnescape(String text) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                boolean ok = i + 2 < text.length()
                        && Character.digit(text.charAt(i + 1), 16) >= 0
                        && Character.digit(text.charAt(i + 2), 16) >= 0;
                if (!ok) {
                    String shown = text.substring(i, Math.min(i + 3, text.length()));
                    throw new TemplateException("invalid URL escape " + GoText.quote(shown));
                }
                out.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else if (c == '+') {
                out.write(' ');
            } else if (Character.isHighSurrogate(c) && i + 1 < text.length()) {
                out.writeBytes(Kinds.utf8(text.substring(i, i + 2)));
                i++;
            } else {
                out.writeBytes(Kinds.utf8(Character.toString(c)));
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static ZoneId zone(String name) {
        if (name.isEmpty() || name.equals("UTC")) {
            return GoTime.UTC;
        }
        if (name.equals("Local")) {
            return ZoneId.systemDefault();
        }
        try {
            if (ZoneId.getAvailableZoneIds().contains(name)) {
                return ZoneId.of(name);
            }
        } catch (DateTimeException e) {
            throw new TemplateException("unknown time zone " + name);
        }
        throw new TemplateException("unknown time zone " + name);
    }

    private static GoTime date(Object[] args, boolean must) {
        try {
            return GoTimeLayout.parse((String) args[0], (String) args[1]);
        } catch (TemplateException e) {
            if (must) {
                throw e;
            }
            return GoTime.utc(GoTime.ZERO);
        }
    }

    private static String base64Decode(String text) {
        String clean = text.replace("\n", "").replace("\r", "");
        try {
            if (clean.length() % 4 != 0) {
                throw new IllegalArgumentException();
            }
            return new String(Base64.getUrlDecoder().decode(clean), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            int at = 0;
            while (at < clean.length()
                    && (Character.isLetterOrDigit(clean.charAt(at)) && clean.charAt(at) < 0x80
                            || "-_".indexOf(clean.charAt(at)) >= 0)) {
                at++;
            }
            throw new TemplateException("illegal base64 data at input byte " + at);
        }
    }

    private static Object append(Object[] args) {
        var items = new ArrayList<Object>();
        if (args[0] instanceof GoList list) {
            items.addAll(list.items());
        }
        items.addAll(Arrays.asList(args).subList(1, args.length));
        return GoList.any(items);
    }

    private static Object dict(Object[] args) {
        if (args.length % 2 != 0) {
            throw new TemplateException("dict requires an even number of arguments");
        }
        var entries = new LinkedHashMap<String, Object>();
        for (int i = 0; i < args.length; i += 2) {
            if (!(args[i] instanceof String key)) {
                throw new TemplateException("dict keys must be strings");
            }
            entries.put(key, args[i + 1]);
        }
        return GoMap.ofAny(entries);
    }
}
