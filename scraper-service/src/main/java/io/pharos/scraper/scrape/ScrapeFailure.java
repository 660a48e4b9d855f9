package io.pharos.scraper.scrape;

/// Why a scrape failed, in Prometheus' words; `lastError` of the target.
final class ScrapeFailure extends RuntimeException {
    ScrapeFailure(String message) {
        // The target's doing: no stack trace is of use.
        super(message, null, false, false);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
