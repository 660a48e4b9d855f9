package io.pharos.model.config;

import java.nio.file.Path;
import java.util.List;

/// A configuration that was read.
///
/// @param text of the main file
/// @param files all that were read: changes of these are changes of the configuration
/// @param warnings for the log
/// @param skipped sections left out because they are not built, each `file:line:column: name`
public record Loaded<C>(C config, String text, List<Path> files, List<String> warnings, List<String> skipped) {
    public Loaded {
        files = List.copyOf(files);
        warnings = List.copyOf(warnings);
        skipped = List.copyOf(skipped);
    }
}
