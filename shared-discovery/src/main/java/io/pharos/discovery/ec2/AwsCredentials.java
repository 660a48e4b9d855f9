package io.pharos.discovery.ec2;

import java.time.Instant;

/// Who signs. `sessionToken` is `""` for a user's own keys; [Instant#MAX] means that they do not expire.
record AwsCredentials(String accessKey, String secretKey, String sessionToken, Instant expiresAt) {
    static AwsCredentials of(String accessKey, String secretKey) {
        return new AwsCredentials(accessKey, secretKey, "", Instant.MAX);
    }

    @Override
    public String toString() {
        return "AwsCredentials[" + accessKey + "]";
    }
}
