package io.pharos.scraper.target;

import io.pharos.model.relabel.Relabeler;
import java.util.List;
import java.util.Map;

/// What of a job's configuration its targets are made with.
///
/// @param keepDropped how many dropped targets are kept for the API, 0 for all
public record TargetRules(
        String job,
        String interval,
        String timeout,
        String path,
        String scheme,
        Map<String, List<String>> params,
        boolean nativeHistograms,
        boolean customBuckets,
        boolean alwaysClassic,
        Relabeler relabeler,
        long keepDropped) {}
