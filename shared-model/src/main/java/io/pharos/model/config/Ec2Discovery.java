package io.pharos.model.config;

import java.time.Duration;
import java.util.List;

/// `ec2_sd_configs`. Without a region: that of the instance's metadata.
public record Ec2Discovery(
        String endpoint,
        String region,
        String accessKey,
        Secret secretKey,
        String profile,
        String roleArn,
        String externalId,
        @Key(or = "1m") Duration refreshInterval,
        @Key(or = "80") int port,
        List<Filter> filters,
        @Key(inline = true) HttpConfig http)
        implements DiscoveryConfig {
    /// A filter of `DescribeInstances`.
    public record Filter(String name, List<String> values) {
        public Filter {
            if (values.isEmpty()) {
                throw new IllegalArgumentException("EC2 SD configuration filter values cannot be empty");
            }
        }
    }

    @Override
    public String mechanism() {
        return "ec2";
    }
}
