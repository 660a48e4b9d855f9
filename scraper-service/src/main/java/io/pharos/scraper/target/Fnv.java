package io.pharos.scraper.target;

import java.nio.charset.StandardCharsets;

/// FNV-1a, 64 bits.
public final class Fnv {
    private static final long START = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Fnv() {}

    public static long hash(String text) {
        return hash(START, text);
    }

    static long hash(long start, String text) {
        long h = start;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            h = (h ^ (b & 0xff)) * PRIME;
        }
        return h;
    }
}
