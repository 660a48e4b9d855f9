package io.pharos.model.chunk;

import io.pharos.model.sample.SampleBuffer;

/// An immutable run of samples of one series, compressed. Readers may decode it from any thread.
public interface Chunk {
    ChunkEncoding encoding();

    /// Number of samples, at least 1.
    int count();

    /// Time of the first sample in ms.
    long firstMs();

    /// Time of the last sample in ms, inclusive.
    long lastMs();

    /// Length of the coded samples in bytes.
    int sizeBytes();

    /// Appends every sample to `into`, in time order. Fails with [CorruptChunkException] on bytes that are no chunk of
    /// this encoding.
    void decode(SampleBuffer into);
}
