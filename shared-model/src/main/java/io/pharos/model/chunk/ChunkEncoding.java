package io.pharos.model.chunk;

/// How a chunk's bytes are coded. Numbers are those of Prometheus' chunk format, so that they may stand on the wire.
public enum ChunkEncoding {
    XOR(1),
    HISTOGRAM(2),
    FLOAT_HISTOGRAM(3);

    private final int number;

    ChunkEncoding(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
