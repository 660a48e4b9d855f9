package io.pharos.runtime.aws;

import io.pharos.model.config.Secret;

/// As whom to call AWS, as far as a configuration says; what it leaves empty is found by [CredentialChain].
///
/// @param roleArn the role to assume with the credentials found, `""` for none
/// @param fipsSts whether roles are assumed at STS' FIPS endpoint
public record AwsIdentity(
        String region,
        String accessKey,
        Secret secretKey,
        String profile,
        String roleArn,
        String externalId,
        boolean fipsSts) {}
