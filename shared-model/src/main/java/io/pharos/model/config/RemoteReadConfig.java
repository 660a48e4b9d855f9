package io.pharos.model.config;

import java.time.Duration;
import java.util.Map;

/// One entry of `remote_read`: another store that queries read.
///
/// @param readRecent whether it is asked even where the local store has the whole range
public record RemoteReadConfig(
        Url url,
        @Key(or = "1m") Duration remoteTimeout,
        @Key(or = "50000000") long chunkedReadLimit,
        Map<String, String> headers,
        boolean readRecent,
        String name,
        @Key(inline = true) HttpConfig http,
        Map<String, String> requiredMatchers,
        @Key(or = "true", always = true) boolean filterExternalLabels) {
    public RemoteReadConfig {
        if (!url.isSet()) {
            throw new IllegalArgumentException("url for remote_read is empty");
        }
        RemoteWriteConfig.checkHeaders(headers);
    }
}
