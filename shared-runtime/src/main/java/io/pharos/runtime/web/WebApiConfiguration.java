package io.pharos.runtime.web;

import io.pharos.runtime.flags.Flags;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Provides the [WebApi] that all services of a program share; each imports this.
@Configuration(proxyBeanMethods = false)
public class WebApiConfiguration {
    @Bean
    WebApi webApi(Flags flags) {
        return new WebApi(flags.has("web.cors.origin") ? flags.text("web.cors.origin") : ".*");
    }
}
