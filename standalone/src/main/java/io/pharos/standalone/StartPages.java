package io.pharos.standalone;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives pages of the AOT cache back to the system that only the start has read: the JVM walks through the whole
/// cache, and later needs a part of it. A page that is needed after all is read again from the file, as it is when
/// the system runs short of memory. Linux alone; where it can't be done, nothing changes.
final class StartPages {
    private static final Logger LOG = LoggerFactory.getLogger(StartPages.class);
    private static final Duration SETTLED = Duration.ofSeconds(10);
    private static final Path MAPS = Path.of("/proc/self/maps");
    /// `MADV_PAGEOUT` of madvise(2): unwritten pages of files leave memory, the others stay.
    private static final int PAGE_OUT = 21;

    private StartPages() {}

    /// Does so once, some seconds from now.
    static void giveBackLater() {
        Thread.ofVirtual().name("start-pages").start(() -> {
            try {
                Thread.sleep(SETTLED);
                giveBack();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                LOG.debug("pages of the AOT cache stay in memory: {}", e.getMessage());
            }
        });
    }

    @SuppressWarnings("restricted") // madvise has no other door
    private static void giveBack() throws IOException {
        if (!Files.isReadable(MAPS)) {
            return;
        }
        List<String> mapped = Files.readAllLines(MAPS).stream()
                .filter(line -> line.endsWith(".aot"))
                .toList();
        if (mapped.isEmpty()) {
            return;
        }
        MethodHandle madvise = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("madvise"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT));
        for (String line : mapped) {
            int dash = line.indexOf('-');
            long from = Long.parseUnsignedLong(line, 0, dash, 16);
            long to = Long.parseUnsignedLong(line, dash + 1, line.indexOf(' '), 16);
            try {
                int _ = (int) madvise.invokeExact(MemorySegment.ofAddress(from), to - from, PAGE_OUT);
            } catch (Throwable e) {
                throw new IOException(e);
            }
        }
    }
}
