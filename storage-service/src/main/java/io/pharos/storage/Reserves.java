package io.pharos.storage;

import io.pharos.storage.head.Head;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import org.jspecify.annotations.Nullable;

/// What a store must leave free: looks at disk and memory now and then, and says what is refused until it looks again.
final class Reserves {
    /// Block cache of all partitions.
    private static final long CACHE_BYTES = 32L << 20;
    /// Share of the limit that a process may use without being told a budget.
    private static final double SHARE = 0.6;

    private final StoreOptions options;
    private final Head head;
    private final long memoryBudget;
    private volatile @Nullable String diskFull;
    private volatile long memoryBytes;

    Reserves(StoreOptions options, Head head) {
        this.options = options;
        this.head = head;
        memoryBudget = options.reserve().memoryBytes();
    }

    /// 60 % of what the process may have: the limit of its control group, or the machine's memory.
    static long defaultMemory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? (long) (system.getTotalMemorySize() * SHARE)
                : 0;
    }

    /// Why writes are refused; null where they are not.
    @Nullable
    String refusal() {
        return diskFull;
    }

    /// Memory that counts against the budget, in bytes: pages of the head, heap in use after its last collection, block
    /// cache.
    long memoryBytes() {
        return memoryBytes;
    }

    /// Looks. A checkpoint is written beside the one there is, so there must be room for it, too.
    void look(long checkpointBytes) throws IOException {
        lookAtMemory();
        if (options.reserve().diskBytes() == 0) {
            return;
        }
        long wanted = options.reserve().diskBytes() + checkpointBytes + (checkpointBytes >> 2);
        long usable = options.files().disk().usableBytes(options.folder());
        diskFull = usable >= wanted
                ? null
                : "the disk of " + options.folder() + " has " + (usable >> 20) + " MiB left, " + (wanted >> 20)
                        + " MiB are kept free (--pharos.storage.min-free-space); free space on the disk, writes then go"
                        + " on by themselves";
    }

    private void lookAtMemory() {
        long bytes = head.nativeBytes() + CACHE_BYTES;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage live = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
            bytes += live == null ? 0 : live.getUsed();
        }
        memoryBytes = bytes;
        if (memoryBudget > 0) {
            head.admission()
                    .shortOfMemory(
                            bytes < memoryBudget
                                    ? null
                                    : "the store uses " + (bytes >> 20) + " MiB of its memory budget of "
                                            + (memoryBudget >> 20)
                                            + " MiB; give it more with --pharos.storage.memory-budget, or have fewer series");
        }
    }
}
