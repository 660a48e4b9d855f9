package io.pharos.model.histogram;

/// A run of consecutive buckets: `offset` buckets after the end of the previous span (for the first span, the
/// index of its first bucket), `length` buckets long.
public record BucketSpan(int offset, int length) {}
