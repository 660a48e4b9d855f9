package io.pharos.scraper.scrape;

import io.pharos.model.relabel.Relabeler;

/// What a job's configuration says of the samples of its targets. While it stays the same over a reload, what is known
/// of a target's series stays, too. Limits of 0 mean none.
///
/// @param typeAndUnit whether samples get `__type__` and `__unit__`
/// @param startZeros whether a zero is stored at the start timestamp of a series
/// @param keepStarts whether start timestamps are stored with samples
/// @param storeMetadata whether metadata goes to the sink
record SampleRules(
        boolean honorLabels,
        boolean honorTimestamps,
        boolean trackTimestampsStaleness,
        Relabeler relabeler,
        boolean legacyNames,
        long labelLimit,
        long labelNameLengthLimit,
        long labelValueLengthLimit,
        long bucketLimit,
        double minBucketFactor,
        boolean typeAndUnit,
        boolean startZeros,
        boolean keepStarts,
        boolean storeMetadata) {}
