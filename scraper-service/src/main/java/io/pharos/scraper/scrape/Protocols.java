package io.pharos.scraper.scrape;

import io.pharos.model.config.ScrapeProtocol;
import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.text.GoText;
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
        switch (media) {
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
        if (media.isEmpty()) {
            throw new ScrapeFailure("cannot parse Content-Type " + GoText.quote(contentType)
                    + " and no fallback_scrape_protocol for target");
        }
        throw new ScrapeFailure("received unsupported Content-Type " + GoText.quote(contentType)
                + " and no fallback_scrape_protocol specified for target");
    }

    /// The media type without parameters, `""` where the header is no media type (`mime.ParseMediaType`).
    private static String mediaTypeOf(String contentType) {
        int semicolon = contentType.indexOf(';');
        String media = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        int slash = media.indexOf('/');
        boolean valid = isToken(slash < 0 ? media : media.substring(0, slash))
                && (slash < 0 || isToken(media.substring(slash + 1)));
        if (!valid) {
            return "";
        }
        String rest = semicolon < 0 ? "" : contentType.substring(semicolon);
        while (!rest.isBlank()) {
            int end = parameterEnd(rest);
            String parameter = rest.substring(1, end).strip();
            boolean last = end == rest.length();
            int equals = parameter.indexOf('=');
            if (parameter.isEmpty() && last) {
                break;
            }
            if (equals <= 0 || !isToken(parameter.substring(0, equals).strip())) {
                return "";
            }
            rest = rest.substring(end);
        }
        return media;
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
