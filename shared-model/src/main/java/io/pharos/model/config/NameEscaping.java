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

    @Override
    public String word() {
        return word;
    }
}
