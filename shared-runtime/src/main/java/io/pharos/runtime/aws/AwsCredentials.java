package io.pharos.runtime.aws;

import java.time.Instant;

/// Who signs. `sessionToken` is `""` for a user's own keys; [Instant#MAX] means that they do not expire.
public record AwsCredentials(String accessKey, String secretKey, String sessionToken, Instant expiresAt) {
    /// A user's own keys.
    public static AwsCredentials of(String accessKey, String secretKey) {
        return new AwsCredentials(accessKey, secretKey, "", Instant.MAX);
    }

    @Override
    public String toString() {
        return "AwsCredentials[" + accessKey + "]";
    }
}
