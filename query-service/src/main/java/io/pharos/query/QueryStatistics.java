package io.pharos.query;

import org.jspecify.annotations.Nullable;

/// What a query took, in the terms of the API's `stats`. Times in seconds.
///
/// `totalQueryableSamples` counts a range selector's whole window at every step, `samplesRead` each sample
/// once; `peakSamples` is the most that were in memory at once. The per-step arrays, one number a step from
/// `startMs` on every `stepMs`, are null unless they were asked for.
public record QueryStatistics(
        double evalTotalTime,
        double resultSortTime,
        double queryPreparationTime,
        double innerEvalTime,
        double execQueueTime,
        double execTotalTime,
        long totalQueryableSamples,
        long samplesRead,
        long peakSamples,
        long peakBytes,
        long startMs,
        long stepMs,
        long @Nullable [] totalQueryableSamplesPerStep,
        long @Nullable [] samplesReadPerStep) {}
