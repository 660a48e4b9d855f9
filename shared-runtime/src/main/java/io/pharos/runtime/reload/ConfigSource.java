package io.pharos.runtime.reload;

import io.pharos.model.config.Loaded;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// One configuration file and those it configures.
///
/// @param type of the configuration, by which it is asked for
/// @param program `prometheus` or `alertmanager`: whose metrics and errors it has
/// @param load reads and checks the file
/// @param reloadables in the order in which they are put into force; asked once, at the first load
/// @param patterns of more files whose change is a change of the configuration: rules, templates
public record ConfigSource<C>(
        Class<C> type,
        String program,
        Path file,
        Supplier<Loaded<C>> load,
        Supplier<List<Reloadable<C>>> reloadables,
        Function<C, List<String>> patterns) {}
