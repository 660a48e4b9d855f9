package io.pharos.model.config;

/// How a target is asked to write names that older clients can't read.
public enum NameEscaping implements Worded {
    ALLOW_UTF_8("allow-utf-8"),
    UNDERSCORES("underscores"),
    DOTS("dots"),
    VALUES("values");

    private final String word;

    NameEscaping(String word) {
        this.word = word;
    }

    static NameEscaping of(String word) {
        for (NameEscaping escaping : values()) {
            if (escaping.word.equals(word)) {
                return escaping;
            }
        }
        throw new BadField(
                "metric_name_escaping_scheme",
                "unknown scrape config name escaping method specified, must be one of 'allow-utf-8', 'underscores',"
                        + " 'dots', or 'values', got \"" + word + "\"");
    }

    @Override
    public String word() {
        return word;
    }
}
