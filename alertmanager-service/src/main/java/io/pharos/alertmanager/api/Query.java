package io.pharos.alertmanager.api;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.alert.MatcherParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.springframework.util.MultiValueMap;

/// The parameters of a query, read as Alertmanager's framework reads them.
final class Query {
    private static final Set<String> TRUE =
            Set.of("true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled");

    private final MultiValueMap<String, String> values;
    private final MatcherParser parser;

    Query(MultiValueMap<String, String> values, MatcherParser parser) {
        this.values = values;
        this.parser = parser;
    }

    /// A switch that is on unless given; whatever is not a word for yes is no.
    boolean isOn(String name) {
        List<String> given = values.get(name);
        String last = given == null || given.isEmpty() ? null : given.getLast();
        return last == null || last.isEmpty() || TRUE.contains(last.toLowerCase(Locale.ROOT));
    }

    /// `filter`, one matcher each.
    List<AlertMatcher> filters() {
        return matchers("filter", "");
    }

    private List<AlertMatcher> matchers(String name, String prefix) {
        var found = new ArrayList<AlertMatcher>();
        for (String text : values.getOrDefault(name, List.of())) {
            try {
                found.add(parser.matcher(text == null ? "" : text));
            } catch (IllegalArgumentException e) {
                throw new Answer.Refusal(Answer.text(400, prefix + e.getMessage()));
            }
        }
        return found;
    }

    /// `receiver`, a whole name as a regular expression.
    Predicate<String> receiver() {
        Optional<String> text = Optional.ofNullable(values.getFirst("receiver")).filter(t -> !t.isEmpty());
        if (text.isEmpty()) {
            return _ -> true;
        }
        try {
            Pattern pattern = Pattern.compile("^(?:" + text.get() + ")$");
            return pattern::matches;
        } catch (PatternSyntaxException e) {
            throw new Answer.Refusal(Answer.text(400, "failed to parse receiver param: " + e.getMessage()));
        }
    }

    /// `receiver_matchers`, over the labels of receivers.
    List<AlertMatcher> receiverMatchers() {
        return matchers("receiver_matchers", "failed to parse receiver_matchers param: ");
    }
}
