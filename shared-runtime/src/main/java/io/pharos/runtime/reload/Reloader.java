package io.pharos.runtime.reload;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.model.config.ConfigException;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.Loaded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads the configuration files of a program and reloads them when asked, one load at a time. Thread-safe.
///
/// Each file stands for itself: where one is bad, the others are reloaded all the same.
public final class Reloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    private final InstantSource time;
    private final List<Held<?>> files = new ArrayList<>();
    private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Thread watcher;

    /// A file with what came of it.
    private static final class Held<C> {
        private final ConfigSource<C> source;
        private @Nullable List<Reloadable<C>> reloadables;
        private volatile @Nullable Loaded<C> loaded;
        private volatile boolean successful;
        private volatile Instant lastSuccess = Instant.EPOCH;
        private volatile double hash;
        private String checksum = "";

        Held(ConfigSource<C> source) {
            this.source = source;
        }

        String described() {
            return "(--config.file=\"" + source.file() + "\")";
        }

        /// Prometheus says what it was about; Alertmanager tells the error alone.
        private String told(String doing, String error) {
            return source.program().equals("prometheus") ? doing + " " + described() + ": " + error : error;
        }

        /// Loads, prepares all, puts all into force. Throws before the last step or not at all.
        void load(InstantSource time) {
            Loaded<C> next;
            try {
                next = source.load().get();
            } catch (ConfigException e) {
                throw new ReloadException(told("couldn't load configuration", String.valueOf(e.getMessage())), e);
            }
            List<Reloadable<C>> all = reloadables;
            if (all == null) {
                all = List.copyOf(source.reloadables().get());
                reloadables = all;
            }
            var ready = new ArrayList<Runnable>();
            for (Reloadable<C> reloadable : all) {
                try {
                    ready.add(reloadable.prepare(next.config()));
                } catch (RuntimeException e) {
                    throw new ReloadException(
                            told(
                                    "one or more errors occurred while applying the new configuration",
                                    e.getMessage() == null ? e.toString() : e.getMessage()),
                            e);
                }
            }
            ready.forEach(Runnable::run);
            loaded = next;
            lastSuccess = time.instant();
            hash = hash(next.text());
            LOG.info("Completed loading of configuration file {}", source.file());
            next.warnings().forEach(warning -> LOG.warn("{}: {}", source.file(), warning));
            next.skipped().forEach(section -> LOG.warn("{} is not built yet and was left out", section));
        }

        /// Whether a file was changed since this was asked last.
        boolean isChanged() {
            Loaded<C> known = loaded;
            var paths = new ArrayList<>(List.of(source.file()));
            if (known != null) {
                paths.addAll(known.files());
                for (String pattern : source.patterns().apply(known.config())) {
                    paths.addAll(ConfigLoader.find("configuration", pattern));
                }
            }
            String now = checksum(paths);
            boolean changed = !checksum.isEmpty() && !checksum.equals(now);
            checksum = now;
            return changed;
        }

        private static String checksum(List<Path> paths) {
            MessageDigest digest = digest("SHA-256");
            for (Path path : paths) {
                digest.update(path.toString().getBytes(StandardCharsets.UTF_8));
                try {
                    digest.update(Files.readAllBytes(path));
                } catch (IOException _) {
                    // Gone: that is a change as well.
                    digest.update((byte) 0);
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        }

        /// The first six bytes of the text's MD5, little-endian: `alertmanager_config_hash`.
        private static double hash(String text) {
            byte[] md5 = digest("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            long value = 0;
            for (int i = 5; i >= 0; i--) {
                value = value << 8 | md5[i] & 0xff;
            }
            return value;
        }

        private static MessageDigest digest(String algorithm) {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("bug: every JDK has " + algorithm, e);
            }
        }
    }

    public Reloader(List<ConfigSource<?>> sources, InstantSource time, MeterRegistry meters) {
        this.time = time;
        for (ConfigSource<?> source : sources) {
            files.add(register(new Held<>(source), meters));
        }
    }

    private static <C> Held<C> register(Held<C> held, MeterRegistry meters) {
        String prefix = held.source.program();
        Gauge.builder(prefix + "_config_last_reload_successful", held, h -> h.successful ? 1 : 0)
                .description("Whether the last configuration reload attempt was successful.")
                .register(meters);
        Gauge.builder(
                        prefix + "_config_last_reload_success_timestamp_seconds",
                        held,
                        h -> h.lastSuccess.toEpochMilli() / 1000.0)
                .description("Timestamp of the last successful configuration reload.")
                .register(meters);
        Gauge.builder("pharos_config_skipped_sections", held, Reloader::skipped)
                .tag("file", prefix)
                .description("Sections of the configuration that are not built yet and were left out.")
                .register(meters);
        if (prefix.equals("alertmanager")) {
            Gauge.builder(prefix + "_config_hash", held, h -> h.hash)
                    .description("Hash of the currently loaded alertmanager configuration.")
                    .register(meters);
        }
        return held;
    }

    private static double skipped(Held<?> held) {
        Loaded<?> loaded = held.loaded;
        return loaded == null ? 0 : loaded.skipped().size();
    }

    /// Loads every file for the first time, and takes SIGHUP from now on.
    ///
    /// @throws ReloadException at the first file that is bad
    public void start() {
        lock.lock();
        try {
            for (Held<?> held : files) {
                held.load(time);
                held.successful = true;
            }
        } finally {
            lock.unlock();
        }
        Signals.onHangUp(() -> {
            try {
                reload();
            } catch (ReloadException e) {
                // Logged where it happened; nobody waits for an answer.
                LOG.debug("reload by SIGHUP failed", e);
            }
        });
    }

    /// Looks at the files again and again and reloads when one changed: `--config.auto-reload`.
    public void watch(Duration interval) {
        watcher = Thread.ofVirtual().name("config-watch").start(() -> {
            try {
                while (true) {
                    reloadIfChanged();
                    Thread.sleep(interval);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// Reloads if a file was changed since this was called last; the first call only looks.
    void reloadIfChanged() {
        boolean changed = false;
        lock.lock();
        try {
            for (Held<?> held : files) {
                changed |= held.isChanged();
            }
        } finally {
            lock.unlock();
        }
        if (changed) {
            LOG.info("Configuration file change detected, reloading the configuration.");
            try {
                reload();
            } catch (ReloadException e) {
                LOG.debug("reload after a change failed", e);
            }
        }
    }

    /// Reloads every file.
    ///
    /// @throws ReloadException of the first one that is bad; its old configuration stays in force
    public void reload() {
        ReloadException failure = null;
        lock.lock();
        try {
            for (Held<?> held : files) {
                try {
                    held.load(time);
                    held.successful = true;
                } catch (ReloadException e) {
                    held.successful = false;
                    LOG.error("Error reloading config: {}", e.getMessage());
                    failure = failure == null ? e : failure;
                }
            }
        } finally {
            lock.unlock();
        }
        boolean successful = failure == null;
        listeners.forEach(listener -> listener.accept(successful));
        if (failure != null) {
            throw failure;
        }
    }

    /// Tells `listener` how each reload went.
    public void onReload(Consumer<Boolean> listener) {
        listeners.add(listener);
    }

    /// The configuration in force, absent before the first load and where the program has no such file.
    @SuppressWarnings("unchecked") // The source's type is the one asked for.
    public <C> Optional<Loaded<C>> current(Class<C> type) {
        for (Held<?> held : files) {
            if (held.source.type() == type) {
                return Optional.ofNullable((Loaded<C>) held.loaded);
            }
        }
        return Optional.empty();
    }

    /// Whether the last load of every file succeeded.
    public boolean isSuccessful() {
        return files.stream().allMatch(held -> held.successful);
    }

    /// When the first file was put into force last.
    public Instant lastSuccess() {
        return files.isEmpty() ? Instant.EPOCH : files.getFirst().lastSuccess;
    }

    @Override
    public void close() {
        Thread thread = watcher;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
