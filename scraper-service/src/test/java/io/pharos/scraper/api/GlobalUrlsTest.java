package io.pharos.scraper.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GlobalUrlsTest {
    private final GlobalUrls urls = new GlobalUrls("https://prom.example:443/base", 9090);

    @Test
    void ownTargetsAreReachedAsWeAre() {
        assertThat(urls.of("http://localhost:9090/metrics?x=1")).isEqualTo("https://prom.example:443/metrics?x=1");
    }

    @Test
    void neighboursKeepSchemeAndPort() {
        assertThat(urls.of("http://127.0.0.1:9100/metrics")).isEqualTo("http://prom.example:9100/metrics");
        assertThat(urls.of("http://[::1]:9100/metrics")).isEqualTo("http://prom.example:9100/metrics");
    }

    @Test
    void aUrlWithoutASchemeStaysWithoutOne() {
        assertThat(urls.of("//localhost:9100/metrics")).isEqualTo("//prom.example:9100/metrics");
    }

    @Test
    void othersStayAsTheyAre() {
        assertThat(urls.of("http://other:9090/metrics")).isEqualTo("http://other:9090/metrics");
    }
}
