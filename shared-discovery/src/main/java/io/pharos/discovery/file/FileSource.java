package io.pharos.discovery.file;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pharos.discovery.TargetGroup;
import io.pharos.discovery.TargetJson;
import io.pharos.discovery.TargetSource;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.FileDiscovery;
import io.pharos.model.config.StaticConfig;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// `file_sd_configs`. Files are read at the start, whenever something changes in their folders, and after every
/// refresh interval. A file that can't be read keeps its targets; one that is gone loses them.
public final class FileSource implements TargetSource {
    /// Events that come together are read together.
    private static final long SETTLE_MS = 20;

    private final FileDiscovery config;
    private final MeterRegistry meters;
    private final Counter readErrors;
    private final Counter watchErrors;
    private final Timer scans;
    /// Files that groups are known of, with their number of groups.
    private final Map<Path, Integer> known = new HashMap<>();
    private final Map<Path, Double> modifiedSeconds = new ConcurrentHashMap<>();

    public FileSource(FileDiscovery config, MeterRegistry meters) {
        this.config = config;
        this.meters = meters;
        this.readErrors = Counter.builder("prometheus_sd_file_read_errors_total")
                .description("The number of File-SD read errors.")
                .register(meters);
        this.watchErrors = Counter.builder("prometheus_sd_file_watcher_errors_total")
                .description("The number of File-SD errors caused by filesystem watch failures.")
                .register(meters);
        this.scans = Timer.builder("prometheus_sd_file_scan_duration_seconds")
                .description("The duration of the File-SD scan in seconds.")
                .publishPercentiles(0.5, 0.9, 0.99)
                .register(meters);
    }

    @Override
    public String mechanism() {
        return config.mechanism();
    }

    @Override
    public Object configuration() {
        return config;
    }

    @Override
    public void run(Updates updates) throws InterruptedException {
        try (WatchService watcher = FileSystems.getDefault().newWatchService()) {
            var watched = new HashMap<WatchKey, Path>();
            while (true) {
                // Before reading, so that no change falls between.
                watch(watcher, watched, updates);
                scans.record(() -> read(updates));
                await(watcher, watched);
            }
        } catch (IOException e) {
            watchErrors.increment();
            updates.failed(e);
            while (true) {
                read(updates);
                Thread.sleep(config.refreshInterval());
            }
        }
    }

    private void watch(WatchService watcher, Map<WatchKey, Path> watched, Updates updates) {
        var folders = new HashSet<Path>();
        for (String pattern : config.files()) {
            Path parent = Path.of(pattern).getParent();
            folders.add(parent == null ? Path.of("") : parent);
        }
        folders.removeAll(watched.values());
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                // It may come; the refresh interval looks for it.
                continue;
            }
            try {
                watched.put(
                        folder.register(
                                watcher,
                                StandardWatchEventKinds.ENTRY_CREATE,
                                StandardWatchEventKinds.ENTRY_MODIFY,
                                StandardWatchEventKinds.ENTRY_DELETE),
                        folder);
            } catch (IOException e) {
                watchErrors.increment();
                updates.failed(new IOException(folder + " can't be watched: " + e.getMessage(), e));
            }
        }
    }

    /// Waits for a change, at most for the refresh interval.
    private void await(WatchService watcher, Map<WatchKey, Path> watched) throws InterruptedException {
        try {
            WatchKey key = watcher.poll(config.refreshInterval().toMillis(), TimeUnit.MILLISECONDS);
            while (key != null) {
                key.pollEvents();
                if (!key.reset()) {
                    watched.remove(key);
                }
                key = watcher.poll(SETTLE_MS, TimeUnit.MILLISECONDS);
            }
        } catch (ClosedWatchServiceException e) {
            throw new IllegalStateException("bug: watching ended by itself", e);
        }
    }

    private void read(Updates updates) {
        var groups = new ArrayList<TargetGroup>();
        var present = new LinkedHashSet<Path>();
        for (String pattern : config.files()) {
            present.addAll(ConfigLoader.find("file_sd_configs", pattern));
        }
        for (Path file : present) {
            try {
                List<StaticConfig> configs = targets(file);
                groups.addAll(TargetJson.groups(
                        file.toString(), configs, "__meta_filepath", file.toString(), known.getOrDefault(file, 0)));
                known.put(file, configs.size());
                noteModified(file);
            } catch (IOException | RuntimeException e) {
                readErrors.increment();
                updates.failed(new IOException(file + ": " + e.getMessage(), e));
            }
        }
        known.entrySet().removeIf(entry -> {
            boolean gone = !present.contains(entry.getKey());
            if (gone) {
                groups.addAll(TargetJson.groups(entry.getKey().toString(), List.of(), "", "", entry.getValue()));
            }
            return gone;
        });
        updates.found(groups);
    }

    private static List<StaticConfig> targets(Path file) throws IOException {
        String text = Files.readString(file);
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".json")
                ? TargetJson.read(text)
                : new ConfigLoader().targets(file.toString(), text);
    }

    private void noteModified(Path file) throws IOException {
        double seconds = Files.getLastModifiedTime(file).toMillis() / 1e3;
        if (modifiedSeconds.put(file, seconds) == null) {
            Gauge.builder("prometheus_sd_file_mtime_seconds", () -> modifiedSeconds.getOrDefault(file, 0.0))
                    .description("Timestamp (mtime) of files read by FileSD. Timestamp is set at read time.")
                    .tag("filename", file.toString())
                    .register(meters);
        }
    }
}
