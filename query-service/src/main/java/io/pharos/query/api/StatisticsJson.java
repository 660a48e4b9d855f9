package io.pharos.query.api;

import io.pharos.model.wire.JsonWriter;
import io.pharos.query.QueryStatistics;
import org.jspecify.annotations.Nullable;

/// The `stats` of an answer and of the query log.
final class StatisticsJson {
    private StatisticsJson() {}

    static void write(QueryStatistics s, JsonWriter out) {
        out.beginObject().name("timings").beginObject();
        out.field("evalTotalTime", s.evalTotalTime())
                .field("resultSortTime", s.resultSortTime())
                .field("queryPreparationTime", s.queryPreparationTime())
                .field("innerEvalTime", s.innerEvalTime())
                .field("execQueueTime", s.execQueueTime())
                .field("execTotalTime", s.execTotalTime())
                .endObject();
        out.name("samples").beginObject();
        perStep("totalQueryableSamplesPerStep", s.totalQueryableSamplesPerStep(), s, out);
        out.field("totalQueryableSamples", s.totalQueryableSamples());
        perStep("samplesReadPerStep", s.samplesReadPerStep(), s, out);
        out.field("samplesRead", s.samplesRead())
                .field("peakSamples", s.peakSamples())
                .endObject()
                .endObject();
    }

    private static void perStep(String name, long @Nullable [] counts, QueryStatistics s, JsonWriter out) {
        if (counts == null || counts.length == 0) {
            return;
        }
        out.name(name).beginArray();
        for (int i = 0; i < counts.length; i++) {
            out.beginArray()
                    .timestamp(s.startMs() + i * s.stepMs())
                    .number(counts[i])
                    .endArray();
        }
        out.endArray();
    }
}
