package io.pharos.storage;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.promql.PromqlParser;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.ops.Notifications;
import io.pharos.runtime.ops.Readiness;
import io.pharos.runtime.web.WebApi;
import io.pharos.storage.StoreOptions.Files;
import io.pharos.storage.StoreOptions.Reserve;
import io.pharos.storage.StoreOptions.Retention;
import io.pharos.storage.StoreOptions.Thresholds;
import io.pharos.storage.api.RemoteReadController;
import io.pharos.storage.api.StoreMetrics;
import io.pharos.storage.api.StoreSettings;
import io.pharos.storage.api.TsdbController;
import io.pharos.storage.disk.Disk;
import io.pharos.storage.head.HeadLimits;
import io.pharos.storage.ingest.RemoteWriteController;
import io.pharos.storage.ingest.RemoteWriteReceiver;
import java.nio.file.Path;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The beans of the storage service.
@Configuration(proxyBeanMethods = false)
public class StorageConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(StorageConfiguration.class);

    /// The store recovers while the rest of the program starts; until it has, the program is not ready.
    @Bean(destroyMethod = "close")
    TimeSeriesStore timeSeriesStore(
            Flags flags,
            FeatureFlags features,
            InstantSource time,
            Readiness readiness,
            Notifications notifications,
            ConfigurableApplicationContext context) {
        Readiness.Condition recovered = readiness.waitFor("tsdb");
        notifications.add(Notifications.STARTING);
        return TimeSeriesStore.opening(
                options(flags, features),
                time,
                () -> {
                    notifications.remove(Notifications.STARTING);
                    recovered.met();
                },
                failure -> {
                    LOG.error("opening the storage failed: {}", failure.getMessage(), failure);
                    context.close();
                    Runtime.getRuntime().exit(1);
                });
    }

    @Bean
    RemoteWriteReceiver remoteWriteReceiver(TimeSeriesStore store, FeatureFlags features, InstantSource time) {
        return new RemoteWriteReceiver(
                store, time, features.metadataWalRecords(), () -> store.head().seriesCount());
    }

    @Bean
    RouterFunction<ServerResponse> remoteWriteRoutes(WebApi web, RemoteWriteReceiver receiver, Flags flags) {
        return new RemoteWriteController(
                        receiver,
                        flags.enabled("web.enable-remote-write-receiver"),
                        flags.list("web.remote-write-receiver.accepted-protobuf-messages"))
                .routes(web);
    }

    @Bean
    StoreSettings storeSettings(TimeSeriesStore store, FeatureFlags features) {
        return new StoreSettings(store, features.names().contains("exemplar-storage"));
    }

    @Bean
    RouterFunction<ServerResponse> tsdbRoutes(
            WebApi web, TimeSeriesStore store, FeatureFlags features, InstantSource time, Flags flags) {
        return new TsdbController(store, new PromqlParser(features), time, flags.enabled("web.enable-admin-api"))
                .routes(web);
    }

    @Bean
    RouterFunction<ServerResponse> remoteReadRoutes(
            WebApi web, TimeSeriesStore store, StoreSettings settings, Flags flags) {
        return new RemoteReadController(
                        store,
                        settings::externalLabels,
                        flags.number("storage.remote.read-sample-limit"),
                        (int) flags.number("storage.remote.read-max-bytes-in-frame"),
                        (int) flags.number("storage.remote.read-concurrent-limit"))
                .routes(web);
    }

    @Bean
    StoreMetrics storeMetrics(MeterRegistry meters, TimeSeriesStore store, RemoteWriteReceiver receiver) {
        return StoreMetrics.register(meters, store, receiver);
    }

    private static StoreOptions options(Flags flags, FeatureFlags features) {
        long retention = flags.durationMs("storage.tsdb.retention.time");
        long size = flags.bytes("storage.tsdb.retention.size");
        long memory = flags.bytes("pharos.storage.memory-budget");
        boolean exemplars = features.names().contains("exemplar-storage");
        return new StoreOptions(
                Path.of(flags.text("storage.tsdb.path")),
                new HeadLimits(
                        0,
                        exemplars ? 100_000 : 0,
                        new HeadLimits.SeriesLimits(
                                (int) flags.number("pharos.storage.max-series"),
                                (int) flags.number("pharos.storage.max-series-per-job"),
                                (int) flags.number("pharos.storage.max-labels"),
                                (int) flags.number("pharos.storage.max-label-name-bytes"),
                                (int) flags.number("pharos.storage.max-label-value-bytes"))),
                retention == 0 && size == 0 ? Retention.DEFAULT : new Retention(retention, size),
                new Reserve(
                        flags.bytes("pharos.storage.min-free-space"), memory == 0 ? Reserves.defaultMemory() : memory),
                Thresholds.DEFAULT,
                new Files(
                        Disk.REAL,
                        flags.durationMs("pharos.storage.fsync-interval"),
                        !flags.enabled("storage.tsdb.no-lockfile")));
    }
}
