package io.pharos.runtime.server;

import io.pharos.runtime.flags.Flags;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/// Starts a program: a Spring context of the configurations given, with [Flags] as a bean, and [WebServer] on top.
public final class Launcher {
    private Launcher() {}

    /// Returns once the server listens. Closing the context stops everything in order; so does the end of the JVM.
    ///
    /// @throws RuntimeException when a bean can't be built; the innermost cause has the message for the user
    public static ConfigurableApplicationContext start(Flags flags, Class<?>... configurations) {
        // Boot would load converters, validators and two JSON libraries beforehand, none of which serves a request
        // here.
        System.setProperty("spring.backgroundpreinitializer.ignore", "true");
        var application = new SpringApplication(configurations);
        application.setBannerMode(Banner.Mode.OFF);
        // The server is ours (WebServer): Boot's own would bring auto-configuration that costs start-up time and serves
        // one port only.
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setAddCommandLineProperties(false);
        application.setLogStartupInfo(false);
        application.setDefaultProperties(properties(flags));
        application.addInitializers(
                context -> ((GenericApplicationContext) context).registerBean(Flags.class, () -> flags));
        return application.run();
    }

    private static Map<String, Object> properties(Flags flags) {
        var properties = new HashMap<String, Object>();
        properties.put("spring.main.keep-alive", "true");
        properties.put("spring.cloud.compatibility-verifier.enabled", "false");
        properties.put("logging.level.root", "warn");
        // A start that fails is told by whoever started it, in a line.
        properties.put("logging.level.org.springframework.boot.SpringApplication", "off");
        properties.put("logging.level.org.springframework.context.support", "error");
        properties.put("logging.level.org.springframework.context.annotation", "error");
        properties.put("logging.level.io.pharos", flags.text("log.level"));
        properties.put(
                "logging.pattern.console",
                "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: %msg%n%wEx");
        if (flags.text("log.format").equals("json")) {
            properties.put("logging.structured.format.console", "logstash");
        }
        return properties;
    }
}
