package io.pharos.runtime.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// The same answers past Spring's dispatch.
class DirectWebApiTest extends WebApiTest {
    private final List<String> answered = new CopyOnWriteArrayList<>();

    @Override
    Mono<Void> serve(
            DirectRouter routes, ReactorHttpHandlerAdapter spring, HttpServerRequest in, HttpServerResponse out) {
        String path = in.uri().split("\\?", 2)[0];
        Mono<Void> served = routes.serve(
                path, in, out, (pattern, status, nanos) -> answered.add(pattern + " " + status + " " + (nanos > 0)));
        return served == null ? spring.apply(in, out) : served;
    }

    @Test
    void eachAnswerIsToldWithThePatternOfItsRoute() throws Exception {
        assertThat(get("/name/one").body()).contains("one");
        assertThat(get("/refused").statusCode()).isEqualTo(422);
        assertThat(answered).contains("/name/{name} 200 true", "/refused 422 true");
    }
}
