package io.pharos.query.function;

import io.pharos.model.promql.Function;

/// Functions that ask only which samples there are: count, presence, the first, the last, and when they were.
final class PlaceOverTime extends RangeFunction {
    private final Function function;

    PlaceOverTime(Function function) {
        this.function = function;
    }

    @Override
    public boolean evaluate(Window w) {
        boolean floats = w.to > w.from;
        boolean histograms = w.histogramTo > w.histogramFrom;
        switch (function) {
            case COUNT_OVER_TIME -> w.give((double) w.size());
            case PRESENT_OVER_TIME, ABSENT_OVER_TIME -> w.give(1.0);
            case FIRST_OVER_TIME -> {
                if (!histograms || floats && w.times[w.from] < w.histogramTimes[w.histogramFrom]) {
                    w.give(w.values[w.from]);
                } else {
                    w.give(w.histograms[w.histogramFrom]);
                }
            }
            case LAST_OVER_TIME -> {
                if (!histograms || floats && w.histogramTimes[w.histogramTo - 1] < w.times[w.to - 1]) {
                    w.give(w.values[w.to - 1]);
                } else {
                    w.give(w.histograms[w.histogramTo - 1]);
                }
            }
            case TS_OF_FIRST_OVER_TIME -> {
                long first = Math.min(
                        floats ? w.times[w.from] : Long.MAX_VALUE,
                        histograms ? w.histogramTimes[w.histogramFrom] : Long.MAX_VALUE);
                w.give(first / 1000.0);
            }
            case TS_OF_LAST_OVER_TIME -> {
                long last =
                        Math.max(floats ? w.times[w.to - 1] : 0, histograms ? w.histogramTimes[w.histogramTo - 1] : 0);
                w.give(last / 1000.0);
            }
            default -> throw new IllegalStateException("bug: " + function.text() + " asks for more than places");
        }
        return true;
    }
}
