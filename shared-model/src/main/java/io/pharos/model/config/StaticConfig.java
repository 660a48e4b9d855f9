package io.pharos.model.config;

import io.pharos.model.labels.Labels;
import io.pharos.model.text.GoText;
import java.util.List;

/// A group of targets with its labels: an entry of `static_configs`, of a file, of an HTTP answer.
public record StaticConfig(List<String> targets, Labels labels) implements DiscoveryConfig {
    @Override
    public String mechanism() {
        return "static";
    }

    @Override
    public String key() {
        return "static_configs";
    }

    /// Addresses that no relabelling can make valid any more.
    static void checkAddresses(List<DiscoveryConfig> discovery) {
        for (DiscoveryConfig one : discovery) {
            if (one instanceof StaticConfig group) {
                for (String address : group.targets) {
                    if (address.indexOf('/') >= 0) {
                        throw new BadField("static_configs", GoText.quote(address) + " is not a valid hostname");
                    }
                }
            }
        }
    }
}
