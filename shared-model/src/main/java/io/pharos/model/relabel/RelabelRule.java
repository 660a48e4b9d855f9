package io.pharos.model.relabel;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One rule of a `relabel_configs` list, valid already: whoever reads it from a file checks which fields its action
/// may have.
///
/// @param sourceLabels labels whose values are joined by `separator`; a missing one is empty
/// @param modulus of `HASHMOD`, unsigned; 0 otherwise
/// @param targetLabel the label written or compared with; may hold `$1` for `REPLACE`; `""` for none
/// @param legacyNames whether label names must match `[a-zA-Z_][a-zA-Z0-9_]*`, else any non-empty UTF-8 is a name
public record RelabelRule(
        List<String> sourceLabels,
        String separator,
        RelabelRegex regex,
        long modulus,
        String targetLabel,
        String replacement,
        Action action,
        boolean legacyNames) {
    /// What a rule does.
    public enum Action {
        REPLACE,
        KEEP,
        DROP,
        KEEPEQUAL,
        DROPEQUAL,
        HASHMOD,
        LABELMAP,
        LABELDROP,
        LABELKEEP,
        LOWERCASE,
        UPPERCASE;

        /// The action as a file spells it.
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// The action that a file means, in lower or upper case.
        public static Optional<Action> of(String text) {
            for (Action action : values()) {
                if (action.text().equals(text.toLowerCase(Locale.ROOT))) {
                    return Optional.of(action);
                }
            }
            return Optional.empty();
        }
    }

    public static final String DEFAULT_SEPARATOR = ";";
    public static final String DEFAULT_REPLACEMENT = "$1";

    public RelabelRule {
        sourceLabels = List.copyOf(sourceLabels);
        if (action == Action.HASHMOD && modulus == 0) {
            throw new IllegalArgumentException("relabel configuration for hashmod requires non-zero modulus");
        }
    }

    /// A rule with the fields that most actions need and the defaults for the rest; names may be any UTF-8.
    public static RelabelRule of(
            Action action, List<String> sourceLabels, String regex, String targetLabel, String replacement) {
        return new RelabelRule(
                sourceLabels,
                DEFAULT_SEPARATOR,
                RelabelRegex.compile(regex),
                action == Action.HASHMOD ? 1 : 0,
                targetLabel,
                replacement,
                action,
                false);
    }
}
