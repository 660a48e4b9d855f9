package io.pharos.notifier.http;

import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;

/// Sends calls by a client of `runtime.http`. Errors do not show the URL, which may hold a secret.
public final class ClientTransport implements Transport {
    private static final String REDACTED = "<redacted>";
    private static final long MAX_REPLY_BYTES = 4L << 20;

    private final HttpSender sender;

    public ClientTransport(HttpSender sender) {
        this.sender = sender;
    }

    @Override
    public HttpReply send(HttpCall call, Duration timeout) throws IOException, InterruptedException {
        String url = Urls.legal(call.url());
        try {
            io.pharos.runtime.http.HttpReply reply = sender.call(new io.pharos.runtime.http.HttpCall(
                    call.method(), url, call.headers(), call.body(), timeout, MAX_REPLY_BYTES));
            var headers = new LinkedHashMap<String, String>();
            reply.headers()
                    .forEach(
                            header -> headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
            return new HttpReply(reply.status(), headers, reply.body());
        } catch (IOException e) {
            throw new IOException(String.valueOf(e.getMessage()).replace(url, REDACTED));
        } catch (RuntimeException e) {
            throw new IOException(String.valueOf(e.getMessage()).replace(url, REDACTED), e);
        }
    }
}
