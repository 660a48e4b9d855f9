package io.pharos.model.config;

import java.util.List;

/// `otlp`: how OTLP metrics are named and labelled.
public record OtlpConfig(
        boolean promoteAllResourceAttributes,
        List<String> promoteResourceAttributes,
        List<String> ignoreResourceAttributes,
        @Key(or = "UnderscoreEscapingWithSuffixes") Strategy translationStrategy,
        boolean keepIdentifyingResourceAttributes,
        boolean convertHistogramsToNhcb,
        boolean promoteScopeMetadata,
        @Key(or = "true") boolean labelNameUnderscoreSanitization,
        @Key(or = "true") boolean labelNamePreserveMultipleUnderscores) {
    /// What becomes of names.
    public enum Strategy implements Worded {
        UNDERSCORE_ESCAPING_WITH_SUFFIXES("UnderscoreEscapingWithSuffixes", false),
        UNDERSCORE_ESCAPING_WITHOUT_SUFFIXES("UnderscoreEscapingWithoutSuffixes", false),
        NO_UTF8_ESCAPING_WITH_SUFFIXES("NoUTF8EscapingWithSuffixes", true),
        NO_TRANSLATION("NoTranslation", true);

        private final String word;
        private final boolean utf8;

        Strategy(String word, boolean utf8) {
            this.word = word;
            this.utf8 = utf8;
        }

        @Override
        public String word() {
            return word;
        }

        boolean keepsUtf8() {
            return utf8;
        }
    }

    public OtlpConfig {
        if (promoteAllResourceAttributes && !promoteResourceAttributes.isEmpty()) {
            throw new IllegalArgumentException("'promote_all_resource_attributes' and 'promote_resource_attributes'"
                    + " cannot be configured simultaneously");
        }
        if (!promoteAllResourceAttributes && !ignoreResourceAttributes.isEmpty()) {
            throw new IllegalArgumentException("'ignore_resource_attributes' cannot be configured unless"
                    + " 'promote_all_resource_attributes' is true");
        }
    }
}
