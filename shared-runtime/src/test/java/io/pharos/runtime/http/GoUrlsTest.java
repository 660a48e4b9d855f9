package io.pharos.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoUrlsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://127.0.0.1:abc/m | parse \"http://127.0.0.1:abc/m\": invalid port \":abc\" after host",
                "http://127.0.0.1:1%20/m | parse \"http://127.0.0.1:1%20/m\": invalid port \":1%20\" after host",
                "http://u:p%40host:1/m | parse \"http://u:p%40host:1/m\": invalid URL escape \"%40\"",
                "ftp://host/m | Get \"ftp://host/m\": unsupported protocol scheme \"ftp\"",
                "//host/m | Get \"//host/m\": unsupported protocol scheme \"\"",
                "http:///m | Get \"http:///m\": http: no Host in request URL",
                "http://host:99999/m | Get \"http://host:99999/m\": dial tcp: address 99999: invalid port",
            })
    void whatGoWouldNotAskIsNotAsked(String url, String error) {
        assertThatThrownBy(() -> GoUrls.parse("GET", url)).hasMessage(error);
    }

    @Test
    void whatGoWouldAskIsAsked() throws HttpException {
        for (String url : List.of("http://host/m", "https://u:p@host:443/m?a=b", "http://[::1]:80/", "HTTP://a_b:1/")) {
            assertThat(GoUrls.parse("GET", url)).hasToString(url);
        }
    }
}
