package io.pharos.model.config;

import io.pharos.model.text.GoText;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// `file_sd_configs`: files of targets, `.json`, `.yml` or `.yaml`, watched and re-read.
public record FileDiscovery(
        @Key(form = Key.Form.PATH) List<String> files,
        @Key(or = "5m") Duration refreshInterval) implements DiscoveryConfig {
    private static final Pattern NAME = Pattern.compile("[^*]*(\\*[^/]*)?\\.(json|yml|yaml|JSON|YML|YAML)");

    public FileDiscovery {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("file service discovery config must contain at least one path name");
        }
        for (String name : files) {
            if (!NAME.matcher(name).matches()) {
                throw new BadField("files", "path name " + GoText.quote(name) + " is not valid for file discovery");
            }
        }
    }

    @Override
    public String mechanism() {
        return "file";
    }
}
