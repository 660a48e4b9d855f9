package io.pharos.model.config;

import java.util.Map;

/// `sns_configs`: to a topic, a phone number or a target.
public record SnsConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        String apiUrl,
        SigV4 sigv4,
        String topicArn,
        String phoneNumber,
        String targetArn,

        @Key(or = "{{ template \"sns.default.subject\" . }}")
        String subject,

        @Key(or = "{{ template \"sns.default.message\" . }}")
        String message,

        Map<String, String> attributes,
        boolean useAwsHttpClient)
        implements Integration {
    /// `sigv4`: how requests to AWS are signed; without keys, as AWS' own tools find them.
    public record SigV4(
            String region,
            String accessKey,
            Secret secretKey,
            String profile,
            String roleArn,
            String externalId,
            boolean useFipsStsEndpoint) {
        public SigV4 {
            if (accessKey.isEmpty() == secretKey.isSet()) {
                throw new IllegalArgumentException("must provide a AWS SigV4 Access key and Secret Key if credentials"
                        + " are specified in the SigV4 config");
            }
            if (!externalId.isEmpty() && roleArn.isEmpty()) {
                throw new IllegalArgumentException("external_id can only be used with role_arn in the SigV4 config");
            }
        }
    }

    public SnsConfig {
        int targets = (topicArn.isEmpty() ? 0 : 1) + (phoneNumber.isEmpty() ? 0 : 1) + (targetArn.isEmpty() ? 0 : 1);
        if (targets != 1) {
            throw new IllegalArgumentException(
                    "must provide either a Target ARN, Topic ARN, or Phone Number for SNS config");
        }
    }

    @Override
    public String kind() {
        return "sns";
    }
}
