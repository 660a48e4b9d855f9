package io.pharos.model.config;

import io.pharos.model.labels.BadRegexException;
import io.pharos.model.labels.Labels;
import io.pharos.model.relabel.RelabelRegex;
import io.pharos.model.relabel.RelabelRule;
import io.pharos.model.text.GoText;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// One entry of a `relabel_configs` list, as written; [#rule(boolean)] is what it does.
///
/// @param regex absent where the default stands
public record RelabelConfig(
        @Key(form = Key.Form.FLOW) List<String> sourceLabels,
        @Key(or = ";", always = true) String separator,
        Optional<String> regex,
        @Key(form = Key.Form.UNSIGNED) long modulus,
        String targetLabel,
        @Key(or = "$1") String replacement,
        @Key(or = "replace") String action) {
    private static final Pattern LEGACY_TARGET = Pattern.compile("(?:(?:[a-zA-Z_]|\\$(?:\\{\\w+\\}|\\w+))+\\w*)+");
    private static final Pattern UTF8_TARGET =
            Pattern.compile("(?:[^${}]|\\$(?:\\{[^${}]+\\}|[^${}]+))+", Pattern.DOTALL);

    public RelabelConfig {
        String name = action;
        RelabelRule.Action does = RelabelRule.Action.of(action)
                .orElseThrow(() -> new BadField("action", "unknown relabel action " + GoText.quote(name)));
        action = does.text();
        for (String label : sourceLabels) {
            if (label.isEmpty()) {
                throw new BadField("source_labels", "\"\" is not a valid label name");
            }
        }
        try {
            RelabelRegex.compile(regex.orElse("(.*)"));
        } catch (BadRegexException e) {
            throw new BadField("regex", String.valueOf(e.getMessage()));
        }
        check(does, sourceLabels, separator, regex, modulus, targetLabel, replacement, false);
    }

    private static void check(
            RelabelRule.Action does,
            List<String> sourceLabels,
            String separator,
            Optional<String> regex,
            long modulus,
            String targetLabel,
            String replacement,
            boolean legacy) {
        String action = does.text();
        if (does == RelabelRule.Action.HASHMOD && modulus == 0) {
            throw new IllegalArgumentException("relabel configuration for hashmod requires non-zero modulus");
        }
        boolean targeted =
                switch (does) {
                    case REPLACE, HASHMOD, LOWERCASE, UPPERCASE, KEEPEQUAL, DROPEQUAL -> true;
                    case KEEP, DROP, LABELMAP, LABELDROP, LABELKEEP -> false;
                };
        if (targeted && targetLabel.isEmpty()) {
            throw new IllegalArgumentException(
                    "relabel configuration for " + action + " action requires 'target_label' value");
        }
        if (targeted && !isTarget(does, targetLabel, legacy)) {
            throw new BadField(
                    "target_label", GoText.quote(targetLabel) + " is invalid 'target_label' for " + action + " action");
        }
        boolean replaced = !replacement.equals(RelabelRule.DEFAULT_REPLACEMENT);
        boolean separated = !separator.equals(RelabelRule.DEFAULT_SEPARATOR);
        switch (does) {
            case LOWERCASE, UPPERCASE, KEEPEQUAL, DROPEQUAL -> {
                if (replaced) {
                    throw new BadField("replacement", "'replacement' can not be set for " + action + " action");
                }
            }
            case LABELMAP -> {
                if (!(legacy ? LEGACY_TARGET : UTF8_TARGET).matcher(replacement).matches()) {
                    throw new BadField(
                            "replacement", GoText.quote(replacement) + " is invalid 'replacement' for labelmap action");
                }
            }
            case LABELDROP, LABELKEEP -> {
                if (!sourceLabels.isEmpty() || !targetLabel.isEmpty() || modulus != 0 || separated || replaced) {
                    throw new IllegalArgumentException(action + " action requires only 'regex', and no other fields");
                }
            }
            case REPLACE, KEEP, DROP, HASHMOD -> {}
        }
        boolean compares = does == RelabelRule.Action.KEEPEQUAL || does == RelabelRule.Action.DROPEQUAL;
        if (compares && (regex.isPresent() || modulus != 0 || separated)) {
            throw new IllegalArgumentException(
                    action + " action requires only 'source_labels' and `target_label`, and no other fields");
        }
    }

    private static boolean isTarget(RelabelRule.Action does, String target, boolean legacy) {
        if (does == RelabelRule.Action.REPLACE && target.indexOf('$') >= 0) {
            return (legacy ? LEGACY_TARGET : UTF8_TARGET).matcher(target).matches();
        }
        return !legacy || Labels.isLegacyName(target);
    }

    static void checkLegacy(String key, List<RelabelConfig> configs) {
        for (RelabelConfig c : configs) {
            try {
                check(
                        RelabelRule.Action.of(c.action).orElseThrow(),
                        c.sourceLabels,
                        c.separator,
                        c.regex,
                        c.modulus,
                        c.targetLabel,
                        c.replacement,
                        true);
            } catch (IllegalArgumentException e) {
                throw new BadField(key, String.valueOf(e.getMessage()));
            }
        }
    }

    /// The rule, compiled.
    public RelabelRule rule(boolean legacyNames) {
        return new RelabelRule(
                sourceLabels,
                separator,
                RelabelRegex.compile(regex.orElse("(.*)")),
                modulus,
                targetLabel,
                replacement,
                RelabelRule.Action.of(action).orElseThrow(),
                legacyNames);
    }

    /// Rules of a list, compiled.
    public static List<RelabelRule> rules(List<RelabelConfig> configs, boolean legacyNames) {
        return configs.stream().map(c -> c.rule(legacyNames)).toList();
    }
}
