package io.pharos.scraper.scrape;

/// What a request came to.
sealed interface Fetched {
    /// An answer. `bytes` is longer than `length` by a byte at least, and lent until the scrape is over.
    record Body(byte[] bytes, int length, String contentType) implements Fetched {}

    /// No answer, or one that can't be read; `tooLarge` where the body was over its limit.
    record Failed(String error, boolean tooLarge) implements Fetched {}
}
