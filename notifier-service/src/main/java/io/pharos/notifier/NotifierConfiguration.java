package io.pharos.notifier;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.model.alert.AlertmanagerFeatures;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.Notifier;
import io.pharos.model.wire.NotificationJson;
import io.pharos.notifier.http.ClientTransport;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpSender;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.WebApi;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The notifier: the port `Notifier`, and the private path that its remote adapter calls.
@Configuration(proxyBeanMethods = false)
public class NotifierConfiguration {
    /// `POST` a notification, get its outcome; idempotent by the notification's id.
    public static final String PATH = "/api/pharos/v1/notify";

    private static final String USER_AGENT = "Alertmanager/0.34.0";
    private static final int MAX_NOTIFICATION_BYTES = 64 << 20;

    /// Configured before the dispatcher, which may have something to deliver at once.
    @Bean
    @Order(0)
    Courier courier(Flags flags, InstantSource time, MeterRegistry registry) {
        var clients = new HttpClients(USER_AGENT, time);
        Senders.Transports transports = (name, http) -> open(clients, name, http);
        return new Courier(
                transports,
                time,
                Thread::sleep,
                RandomGenerator.getDefault(),
                new CourierMeters(
                        registry,
                        AlertmanagerFeatures.parse(flags.alertmanager().text("enable-feature"))
                                .receiverNames()),
                templates ->
                        Thread.ofVirtual().name("notifier-warm-up").start(() -> WarmUp.run(templates, transports)));
    }

    static Senders.Opened open(HttpClients clients, String name, HttpConfig http) {
        HttpSender sender = clients.open(name, http);
        return new Senders.Opened(new ClientTransport(sender), sender);
    }

    @Bean
    RouterFunction<ServerResponse> notifierRoutes(WebApi web, Courier courier) {
        return web.routes()
                .post(PATH, MAX_NOTIFICATION_BYTES, request -> {
                    Notifier.Outcome outcome;
                    try {
                        outcome = courier.deliver(NotificationJson.readNotification(request.body()));
                    } catch (IllegalArgumentException e) {
                        throw new ApiException(ApiError.BAD_DATA, String.valueOf(e.getMessage()), e);
                    } catch (CancellationException e) {
                        throw new ApiException(ApiError.CANCELED, String.valueOf(e.getMessage()), e);
                    }
                    return Answer.bytes("application/json", NotificationJson.writeOutcome(outcome));
                })
                .build();
    }
}
