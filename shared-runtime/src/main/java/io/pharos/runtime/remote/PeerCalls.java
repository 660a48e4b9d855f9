package io.pharos.runtime.remote;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpReply;
import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Calls to nodes of one service, all at once or one after the other. Thread-safe.
final class PeerCalls {
    static final String PATH = "/api/pharos/v1/port/";
    static final String ERROR = "X-Pharos-Error";
    static final String BINARY = "application/x-pharos-port";

    /// Answers of a select may be as long as a node's memory lets it make them.
    private static final long MAX_ANSWER_BYTES = 1L << 30;

    private final Peers peers;
    private final String service;
    private final HttpSender sender;
    private final Duration timeout;

    PeerCalls(Peers peers, String service, HttpSender sender, Duration timeout) {
        this.peers = peers;
        this.service = service;
        this.sender = sender;
        this.timeout = timeout;
    }

    /// Asks every node at once and gives the answers that came, at least one; the error of the first node where none
    /// did.
    <T> List<T> all(String port, byte[] request, Function<byte[], T> read) {
        List<String> urls = peers.of(service);
        if (urls.size() == 1) {
            return List.of(read.apply(call(urls.getFirst(), port, request)));
        }
        var answers = new ArrayList<T>();
        ApiException failure = null;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = urls.stream()
                    .map(url -> threads.submit(() -> read.apply(call(url, port, request))))
                    .toList();
            for (Future<T> future : futures) {
                try {
                    answers.add(future.get());
                } catch (ExecutionException e) {
                    ApiException cause = asApi(e.getCause() == null ? e : e.getCause());
                    failure = failure == null ? cause : failure;
                } catch (InterruptedException e) {
                    threads.shutdownNow();
                    Thread.currentThread().interrupt();
                    throw new ApiException(ApiError.CANCELED, "interrupted while waiting for " + service, e);
                }
            }
        }
        if (answers.isEmpty() && failure != null) {
            throw failure;
        }
        return answers;
    }

    /// Asks one node, and the next where one can't be reached.
    <T> T any(String port, byte[] request, Function<byte[], T> read) {
        ApiException failure = null;
        for (String url : peers.of(service)) {
            try {
                return read.apply(call(url, port, request));
            } catch (ApiException e) {
                if (e.error() != ApiError.UNAVAILABLE) {
                    throw e;
                }
                failure = failure == null ? e : failure;
            }
        }
        throw failure == null ? new ApiException(ApiError.UNAVAILABLE, "no " + service + " service is known") : failure;
    }

    private static ApiException asApi(Throwable cause) {
        return cause instanceof ApiException e
                ? e
                : new ApiException(ApiError.INTERNAL, String.valueOf(cause.getMessage()), cause);
    }

    private byte[] call(String url, String port, byte[] request) {
        HttpReply reply;
        try {
            reply = sender.call(HttpCall.post(url + PATH + port, BINARY, request, timeout)
                    .withMaxBodyBytes(MAX_ANSWER_BYTES)
                    .with("Accept-Encoding", "identity"));
        } catch (IOException e) {
            throw new ApiException(ApiError.UNAVAILABLE, service + " can't be reached: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(ApiError.CANCELED, "interrupted while waiting for " + service, e);
        }
        if (reply.status() != 200) {
            throw new ApiException(error(reply), reply.text().strip());
        }
        return reply.body();
    }

    private static ApiError error(HttpReply reply) {
        String type = reply.header(ERROR);
        if (type.isEmpty()) {
            return reply.status() == 503 ? ApiError.UNAVAILABLE : ApiError.INTERNAL;
        }
        try {
            return ApiError.valueOf(type.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            return ApiError.INTERNAL;
        }
    }
}
