package io.pharos.query.operator;

/// The steps of an evaluation: `steps` of them from `startMs` on, `stepMs` apart. `steps` may be 0.
record Grid(long startMs, long stepMs, int steps) {
    /// The steps from `startMs` up to `endMs`, inclusive.
    static Grid of(long startMs, long endMs, long stepMs) {
        if (stepMs <= 0) {
            return new Grid(startMs, 1, 1);
        }
        long steps = endMs < startMs ? 0 : (endMs - startMs) / stepMs + 1;
        return new Grid(startMs, stepMs, Math.toIntExact(Math.min(steps, Integer.MAX_VALUE - 16)));
    }

    long at(int step) {
        return startMs + step * stepMs;
    }

    long lastMs() {
        return at(Math.max(0, steps - 1));
    }

    /// The first step alone.
    Grid first() {
        return new Grid(startMs, stepMs, Math.min(1, steps));
    }
}
