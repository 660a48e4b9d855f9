package io.pharos.scraper.scrape;

import java.util.ArrayDeque;

/// Workspaces not in use, the one used last on top. Keeps a few. Thread-safe.
final class Workspaces {
    private static final int MAX_KEPT = 8;

    private final ArrayDeque<Workspace> kept = new ArrayDeque<>();

    Workspace take() {
        synchronized (kept) {
            Workspace work = kept.pollFirst();
            return work == null ? new Workspace() : work;
        }
    }

    void give(Workspace work) {
        synchronized (kept) {
            if (kept.size() < MAX_KEPT) {
                kept.addFirst(work);
            }
        }
    }
}
