package io.pharos.model.template;

/// Text that says of itself what it is, so that the HTML engine leaves it as it is in its own context.
public record TrustedText(Kind kind, String value) implements GoValue {
    /// What the text is.
    public enum Kind {
        HTML("template.HTML"),
        URL("template.URL");

        private final String typeName;

        Kind(String typeName) {
            this.typeName = typeName;
        }
    }

    @Override
    public String typeName() {
        return kind.typeName;
    }
}
