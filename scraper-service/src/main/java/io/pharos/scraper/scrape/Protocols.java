package io.pharos.scraper.scrape;

import io.pharos.model.config.ScrapeProtocol;
import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.text.GoText;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which formats a target is asked for, and which one an answer has.
final class Protocols {
    private Protocols() {}

    /// The `Accept` header: the formats in order, each with a lower weight, from one more than there are.
    static String accept(List<ScrapeProtocol> protocols, String escaping) {
        var out = new StringBuilder();
        int weight = ScrapeProtocol.values().length + 1;
        for (ScrapeProtocol protocol : protocols) {
            out.append(mediaType(protocol, escaping))
                    .append(";q=0.")
                    .append(weight--)
                    .append(',');
        }
        return out.append("*/*;q=0.").append(weight).toString();
    }

    private static String mediaType(ScrapeProtocol protocol, String escaping) {
        return switch (protocol) {
            case PROMETHEUS_PROTO ->
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
            case PROMETHEUS_TEXT_0_0_4 -> "text/plain;version=0.0.4";
            case PROMETHEUS_TEXT_1_0_0 -> "text/plain;version=1.0.0;escaping=" + escaping;
            case OPEN_METRICS_TEXT_0_0_1 -> "application/openmetrics-text;version=0.0.1";
            case OPEN_METRICS_TEXT_1_0_0 -> "application/openmetrics-text;version=1.0.0;escaping=" + escaping;
        };
    }

    /// The format of an answer.
    ///
    /// @throws ScrapeFailure where its type says nothing we know and there is no fallback
    static Format formatOf(String contentType, Optional<ScrapeProtocol> fallback) {
        String media = mediaTypeOf(contentType);
        String problem = problemOf(media, contentType);
        switch (problem.isEmpty() ? media : "") {
            case "text/plain" -> {
                return Format.TEXT;
            }
            case "application/openmetrics-text" -> {
                return Format.OPENMETRICS;
            }
            case "application/vnd.google.protobuf" -> {
                return Format.PROTOBUF;
            }
            default -> {}
        }
        if (fallback.isPresent()) {
            return switch (fallback.get()) {
                case PROMETHEUS_PROTO -> Format.PROTOBUF;
                case PROMETHEUS_TEXT_0_0_4, PROMETHEUS_TEXT_1_0_0 -> Format.TEXT;
                case OPEN_METRICS_TEXT_0_0_1, OPEN_METRICS_TEXT_1_0_0 -> Format.OPENMETRICS;
            };
        }
        if (contentType.isEmpty()) {
            throw new ScrapeFailure("non-compliant scrape target sending blank Content-Type and no"
                    + " fallback_scrape_protocol specified for target");
        }
        if (!problem.isEmpty()) {
            throw new ScrapeFailure("cannot parse Content-Type " + GoText.quote(contentType)
                    + " and no fallback_scrape_protocol for target\nmime: " + problem);
        }
        throw new ScrapeFailure("received unsupported Content-Type " + GoText.quote(contentType)
                + " and no fallback_scrape_protocol specified for target");
    }

    /// The media type without parameters.
    private static String mediaTypeOf(String contentType) {
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /// What is wrong with the header, in the words of Go's `mime.ParseMediaType`; `""` where nothing is.
    private static String problemOf(String media, String contentType) {
        if (media.isEmpty()) {
            return "no media type";
        }
        int slash = media.indexOf('/');
        int first = tokenEnd(media, 0);
        if (first == 0) {
            return "no media type";
        }
        if (first < media.length()) {
            if (first != slash) {
                return "expected slash after first token";
            }
            int second = tokenEnd(media, slash + 1);
            if (second == slash + 1) {
                return "expected token after slash";
            }
            if (second < media.length()) {
                return "unexpected content after media subtype";
            }
        }
        int semicolon = contentType.indexOf(';');
        String rest = semicolon < 0 ? "" : contentType.substring(semicolon);
        var names = new HashSet<String>();
        while (!rest.isBlank()) {
            int end = parameterEnd(rest);
            String parameter = rest.substring(1, end).strip();
            boolean last = end == rest.length();
            int equals = parameter.indexOf('=');
            if (parameter.isEmpty() && last) {
                break;
            }
            if (equals <= 0
                    || !isToken(parameter.substring(0, equals).strip())
                    || !isValue(parameter.substring(equals + 1).strip())) {
                return "invalid media parameter";
            }
            if (!names.add(parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT))) {
                return "duplicate parameter name";
            }
            rest = rest.substring(end);
        }
        return "";
    }

    private static int tokenEnd(String text, int from) {
        int end = from;
        while (end < text.length() && isToken(text.substring(end, end + 1))) {
            end++;
        }
        return end;
    }

    /// Where the parameter that begins with a semicolon ends; a semicolon in quotes belongs to it.
    private static int parameterEnd(String rest) {
        boolean quoted = false;
        for (int i = 1; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c == '"' && rest.charAt(i - 1) != '\\') {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                return i;
            }
        }
        return rest.length();
    }

    /// A token, or a text in quotes that are closed.
    private static boolean isValue(String text) {
        if (!text.startsWith("\"")) {
            return isToken(text);
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i == text.length() - 1;
            }
            i += c == '\\' ? 1 : 0;
        }
        return false;
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f || "()<>@,;:\\\"/[]?=".indexOf(c) >= 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
