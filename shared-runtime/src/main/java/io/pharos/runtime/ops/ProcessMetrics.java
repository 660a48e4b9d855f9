package io.pharos.runtime.ops;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// The metrics of the process and its runtime, under the names that dashboards of Prometheus know.
final class ProcessMetrics {
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final int PAGE = 4096;

    private ProcessMetrics() {}

    static void register(MeterRegistry meters, BuildInfo build) {
        Gauge.builder("prometheus_build_info", () -> 1)
                .description("A metric with a constant '1' value labeled by version, revision, branch, goversion, goos"
                        + " and goarch for the build.")
                .tag("version", build.version())
                .tag("revision", build.revision())
                .tag("branch", build.branch())
                .tag("goversion", build.goVersion())
                .tag("goos", build.operatingSystem())
                .tag("goarch", build.architecture())
                .tag("tags", "jvm")
                .register(meters);
        Gauge.builder("go_info", () -> 1)
                .description("Information about the runtime.")
                .tag("version", build.goVersion())
                .register(meters);
        process(meters);
        runtime(meters);
    }

    private static void process(MeterRegistry meters) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            FunctionCounter.builder("process_cpu_seconds_total", system, s -> s.getProcessCpuTime() / 1e9)
                    .description("Total user and system CPU time spent in seconds.")
                    .register(meters);
            gauge(
                    meters,
                    "process_open_fds",
                    "Number of open file descriptors.",
                    system,
                    s -> s.getOpenFileDescriptorCount());
            gauge(
                    meters,
                    "process_max_fds",
                    "Maximum number of open file descriptors.",
                    system,
                    s -> s.getMaxFileDescriptorCount());
        }
        gauge(meters, "process_resident_memory_bytes", "Resident memory size in bytes.", STATM, p -> pages(p, 1));
        gauge(meters, "process_virtual_memory_bytes", "Virtual memory size in bytes.", STATM, p -> pages(p, 0));
        double start = ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0;
        Gauge.builder("process_start_time_seconds", () -> start)
                .description("Start time of the process since unix epoch in seconds.")
                .register(meters);
    }

    private static double pages(Path statm, int column) {
        try {
            return Long.parseLong(Files.readString(statm).split(" ")[column]) * (double) PAGE;
        } catch (IOException | NumberFormatException _) {
            return 0;
        }
    }

    private static void runtime(MeterRegistry meters) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        gauge(meters, "go_memstats_heap_alloc_bytes", "Heap bytes in use.", memory, m -> m.getHeapMemoryUsage()
                .getUsed());
        gauge(meters, "go_memstats_alloc_bytes", "Heap bytes in use.", memory, m -> m.getHeapMemoryUsage()
                .getUsed());
        gauge(meters, "go_memstats_heap_inuse_bytes", "Heap bytes in use.", memory, m -> m.getHeapMemoryUsage()
                .getUsed());
        gauge(meters, "go_memstats_heap_sys_bytes", "Heap bytes committed.", memory, m -> m.getHeapMemoryUsage()
                .getCommitted());
        gauge(
                meters,
                "go_memstats_sys_bytes",
                "Heap and other bytes committed.",
                memory,
                m -> m.getHeapMemoryUsage().getCommitted()
                        + m.getNonHeapMemoryUsage().getCommitted());
        var threads = ManagementFactory.getThreadMXBean();
        gauge(meters, "go_goroutines", "Number of platform threads.", threads, t -> t.getThreadCount());
        gauge(meters, "go_threads", "Number of platform threads.", threads, t -> t.getThreadCount());
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        FunctionTimer.builder(
                        "go_gc_duration_seconds",
                        collectors,
                        all -> all.stream()
                                .mapToLong(c -> Math.max(0, c.getCollectionCount()))
                                .sum(),
                        all -> all.stream()
                                .mapToLong(c -> Math.max(0, c.getCollectionTime()))
                                .sum(),
                        TimeUnit.MILLISECONDS)
                .description("Time spent in garbage collection.")
                .register(meters);
        List<BufferPoolMXBean> buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
        gauge(meters, "pharos_direct_memory_bytes", "Bytes of direct buffers.", buffers, all -> all.stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum());
    }

    private static <T> void gauge(MeterRegistry meters, String name, String help, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(help).strongReference(true).register(meters);
    }
}
