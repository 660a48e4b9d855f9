package io.pharos.storage.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/*
 * Memory comes in segments of 1 MiB, a segment in 16 runs of 64 KiB, a run in slots of one size class. A handle is the
 * slot's place in units of 16 bytes:
 *
 *   handle = segment (16 bits) | run in segment (4 bits) | unit in run (12 bits)          0 is never given out
 *
 * A free slot's first four bytes are the next free slot of its class. What is larger than a run gets a segment of its
 * own, given back when freed.
 */
/// Slots outside the heap. Not thread-safe for allocation; slots may be read by anyone who knows that they are not
/// freed.
public final class Slab implements AutoCloseable {
    private static final int SEGMENT_BYTES = 1 << 20;
    private static final int RUN_BYTES = 1 << 16;
    private static final int RUNS = SEGMENT_BYTES / RUN_BYTES;
    private static final int LARGE = 0xff;
    private static final int[] SIZES = {
        16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 2048,
        2720, 4096, 5456, 8192, 16384, 32768, 65536
    };
    private static final byte[] CLASS_OF_UNITS = classes();

    private volatile MemorySegment[] segments = new MemorySegment[16];
    private volatile long[] addresses = new long[16];
    private Arena[] arenas = new Arena[16];
    private byte[] runClass = new byte[16 * RUNS];
    private int segmentCount;
    private int nextRun; // in the newest small segment
    private int runsLeft;
    private final int[] freeHeads = new int[SIZES.length];
    private final int[] bump = new int[SIZES.length];
    private final int[] bumpLeft = new int[SIZES.length];
    private long usedBytes;

    private static byte[] classes() {
        var of = new byte[RUN_BYTES / 16 + 1];
        int c = 0;
        for (int units = 0; units < of.length; units++) {
            while (SIZES[c] < units * 16) {
                c++;
            }
            of[units] = (byte) c;
        }
        return of;
    }

    /// A slot of at least `bytes`; its content is whatever was there.
    public int allocate(int bytes) {
        if (bytes > RUN_BYTES) {
            return allocateLarge(bytes);
        }
        int c = CLASS_OF_UNITS[bytes + 15 >>> 4];
        usedBytes += SIZES[c];
        int handle = freeHeads[c];
        if (handle != 0) {
            freeHeads[c] = RawMemory.getInt(address(handle));
            return handle;
        }
        if (bumpLeft[c] == 0) {
            bump[c] = newRun(c);
            bumpLeft[c] = RUN_BYTES / SIZES[c];
            if (bump[c] == 0) { // handle 0 means none
                bump[c] = SIZES[c] >>> 4;
                bumpLeft[c]--;
                if (bumpLeft[c] == 0) {
                    return allocate(bytes);
                }
            }
        }
        handle = bump[c];
        bump[c] += SIZES[c] >>> 4;
        bumpLeft[c]--;
        return handle;
    }

    private int newRun(int c) {
        if (runsLeft == 0) {
            nextRun = newSegment(SEGMENT_BYTES) * RUNS;
            runsLeft = RUNS;
        }
        runsLeft--;
        int run = nextRun++;
        runClass[run] = (byte) c;
        return run << 12;
    }

    @SuppressWarnings("MustBeClosed") // closed when its segment is freed, or with the slab
    private int newSegment(int bytes) {
        int index = -1;
        for (int i = 0; bytes > SEGMENT_BYTES && i < segmentCount; i++) {
            if (segments[i].byteSize() == 0) {
                index = i;
                break;
            }
        }
        if (index < 0) {
            index = segmentCount++;
            if (index == 1 << 16) {
                throw new IllegalStateException("64 GiB of head memory are in use; no more can be addressed");
            }
            grow(index);
        }
        Arena arena = Arena.ofShared();
        arenas[index] = arena;
        segments[index] = arena.allocate(bytes, 64);
        addresses[index] = segments[index].address();
        return index;
    }

    private int allocateLarge(int bytes) {
        int index = newSegment(Math.max(bytes, SEGMENT_BYTES + 1));
        usedBytes += segments[index].byteSize();
        runClass[index * RUNS] = (byte) LARGE;
        // a large slot in segment 0 would be handle 0
        return index == 0 ? allocateLarge(bytes) : index << 16;
    }

    public void free(int handle) {
        int c = runClass[handle >>> 12] & 0xff;
        if (c == LARGE) {
            int index = handle >>> 16;
            usedBytes -= segments[index].byteSize();
            arenas[index].close();
            segments[index] = MemorySegment.NULL;
            return;
        }
        usedBytes -= SIZES[c];
        RawMemory.putInt(address(handle), freeHeads[c]);
        freeHeads[c] = handle;
    }

    /// Bytes that may be used in the slot.
    public int capacity(int handle) {
        int c = runClass[handle >>> 12] & 0xff;
        return c == LARGE ? (int) segments[handle >>> 16].byteSize() : SIZES[c];
    }

    /// The segment that holds the slot, at [#offset(int)].
    public MemorySegment segment(int handle) {
        return segments[handle >>> 16];
    }

    /// Where the slot begins, for [RawMemory]: 16-byte aligned.
    public long address(int handle) {
        return addresses[handle >>> 16] + offset(handle);
    }

    public static long offset(int handle) {
        return (long) (handle & 0xffff) << 4;
    }

    /// Bytes of slots given out.
    public long usedBytes() {
        return usedBytes;
    }

    /// Bytes taken from the system.
    public long reservedBytes() {
        return (long) segmentCount * SEGMENT_BYTES;
    }

    private void grow(int index) {
        if (index == segments.length) {
            segments = Arrays.copyOf(segments, index * 2);
            addresses = Arrays.copyOf(addresses, index * 2);
            arenas = Arrays.copyOf(arenas, index * 2);
            runClass = Arrays.copyOf(runClass, index * 2 * RUNS);
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < segmentCount; i++) {
            if (segments[i].byteSize() != 0) {
                arenas[i].close();
                segments[i] = MemorySegment.NULL;
            }
        }
    }
}
