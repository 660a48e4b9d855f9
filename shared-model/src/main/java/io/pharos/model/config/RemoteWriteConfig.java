package io.pharos.model.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// One entry of `remote_write`: where samples are forwarded.
///
/// @param protobufMessage `prometheus.WriteRequest` or `io.prometheus.write.v2.Request`
public record RemoteWriteConfig(
        Url url,
        @Key(or = "30s") Duration remoteTimeout,
        Map<String, String> headers,

        @Key(nullItem = "empty or null relabeling rule in remote write config")
        List<RelabelConfig> writeRelabelConfigs,

        String name,
        boolean sendExemplars,
        boolean sendNativeHistograms,
        boolean roundRobinDns,
        boolean failedRequestLogging,
        @Key(or = "prometheus.WriteRequest") String protobufMessage,

        @Key(inline = true, overrides = "enable_http2=false")
        HttpConfig http,

        QueueConfig queueConfig,
        MetadataConfig metadataConfig) {
    /// `queue_config`: how a queue is shared out and retried.
    public record QueueConfig(
            @Key(or = "10000") int capacity,
            @Key(or = "50") int maxShards,
            @Key(or = "1") int minShards,
            @Key(or = "2000") int maxSamplesPerSend,
            @Key(or = "5s") Duration batchSendDeadline,
            @Key(or = "30ms") Duration minBackoff,
            @Key(or = "5s") Duration maxBackoff,
            @Key("retry_on_http_429") boolean retryOnHttp429,
            Duration sampleAgeLimit) {
        public QueueConfig {
            positive("max_shards", maxShards);
            positive("min_shards", minShards);
            positive("max_samples_per_send", maxSamplesPerSend);
            positive("capacity", capacity);
            if (minShards > maxShards) {
                throw new IllegalArgumentException("remote write queue min_shards must not be greater than max_shards");
            }
            if (maxBackoff.compareTo(minBackoff) < 0) {
                throw new IllegalArgumentException("remote write queue max_backoff must not be less than min_backoff");
            }
        }

        private static void positive(String key, int n) {
            if (n <= 0) {
                throw new BadField(key, "remote write queue " + key + " must be positive");
            }
        }
    }

    /// `metadata_config`: metadata sent beside samples.
    public record MetadataConfig(
            @Key(or = "true", always = true) boolean send,
            @Key(or = "1m") Duration sendInterval,
            @Key(or = "2000") int maxSamplesPerSend) {}

    private static final Set<String> MESSAGES = Set.of("prometheus.WriteRequest", "io.prometheus.write.v2.Request");
    private static final Set<String> RESERVED = Set.of(
            "host",
            "content-encoding",
            "content-length",
            "content-type",
            "user-agent",
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "www-authenticate",
            "accept-encoding",
            "x-prometheus-remote-write-version",
            "x-prometheus-remote-read-version",
            "x-amz-date",
            "x-amz-security-token",
            "x-amz-content-sha256");

    public RemoteWriteConfig {
        if (!url.isSet()) {
            throw new IllegalArgumentException("url for remote_write is empty");
        }
        if (!MESSAGES.contains(protobufMessage)) {
            throw new BadField(
                    "protobuf_message",
                    "invalid protobuf_message value: unknown type for remote write protobuf message " + protobufMessage
                            + ", supported: prometheus.WriteRequest, io.prometheus.write.v2.Request");
        }
        checkHeaders(headers);
    }

    static void checkHeaders(Map<String, String> headers) {
        for (String name : headers.keySet()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals("authorization")) {
                throw new BadField(
                        "headers",
                        "authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread"
                                + " or google_iam parameter");
            }
            if (RESERVED.contains(lower)) {
                throw new BadField("headers", name + " is a reserved header. It must not be changed");
            }
        }
    }

    /// Whether remote write 2.0 is spoken.
    public boolean isVersion2() {
        return protobufMessage.equals("io.prometheus.write.v2.Request");
    }

    /// The name shown where none is configured: six hex digits that tell entries apart.
    public String shownName() {
        return name.isEmpty() ? hash() : name;
    }

    private String hash() {
        return String.format("%08x", (url.text() + headers + protobufMessage).hashCode())
                .substring(0, 6);
    }
}
