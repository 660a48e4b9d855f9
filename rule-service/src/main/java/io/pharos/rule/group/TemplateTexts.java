package io.pharos.rule.group;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.template.RuleTemplate;
import io.pharos.model.template.TemplateException;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Expands the templates of the rules given, each parsed once. Thread-safe.
public final class TemplateTexts implements AlertTexts {
    private static final Logger LOG = LoggerFactory.getLogger(TemplateTexts.class);

    private record Key(String alertName, String text) {}

    private final Map<Key, RuleTemplate> templates = new HashMap<>();
    private final Map<String, String> externalLabels;
    private final String externalUrl;
    private final String pathPrefix;
    private final QueryEvaluator evaluator;

    /// @param groups whose templates parse, as [RuleFiles] has checked
    /// @param externalUrl without a slash at its end
    public TemplateTexts(List<GroupSpec> groups, Labels externalLabels, String externalUrl, QueryEvaluator evaluator) {
        this.externalLabels = externalLabels.toMap();
        this.externalUrl = externalUrl;
        this.evaluator = evaluator;
        String path = externalUrl.isEmpty() ? "" : URI.create(externalUrl).getPath();
        this.pathPrefix = path == null ? "" : path;
        for (GroupSpec group : groups) {
            for (RuleSpec rule : group.rules()) {
                if (rule instanceof RuleSpec.Alerting alerting) {
                    alerting.labels().values().forEach(text -> parse(alerting.name(), text));
                    alerting.annotations().values().forEach(text -> parse(alerting.name(), text));
                }
            }
        }
    }

    private void parse(String alertName, String text) {
        if (text.contains("{{")) {
            templates.computeIfAbsent(new Key(alertName, text), key -> RuleTemplate.parse(alertName, text));
        }
    }

    @Override
    public String expand(String alertName, String template, QueryResult.Element element, Instant at) {
        RuleTemplate parsed = templates.get(new Key(alertName, template));
        if (parsed == null) {
            return template;
        }
        try {
            return parsed.expand(
                    element.labels().toMap(),
                    externalLabels,
                    element.histogram() == null ? (Object) element.value() : element.histogram(),
                    new RuleTemplate.Surroundings(expression -> query(expression, at), at, externalUrl, pathPrefix));
        } catch (TemplateException e) {
            LOG.warn("template of alert {} failed: {}", alertName, e.text());
            return "<error expanding template: " + e.text() + ">";
        }
    }

    private List<RuleTemplate.Sample> query(String expression, Instant at) {
        return switch (evaluator.instant(expression, at.toEpochMilli()).value()) {
            case QueryResult.Vector vector ->
                vector.elements().stream().map(TemplateTexts::sample).toList();
            case QueryResult.Scalar scalar -> List.of(new RuleTemplate.Sample(Map.of(), scalar.value()));
            case QueryResult.Text _, QueryResult.Matrix _ ->
                throw new ApiException(ApiError.EXECUTION, "query result is not a vector or scalar");
        };
    }

    private static RuleTemplate.Sample sample(QueryResult.Element element) {
        return new RuleTemplate.Sample(
                element.labels().toMap(), element.histogram() == null ? (Object) element.value() : element.histogram());
    }
}
