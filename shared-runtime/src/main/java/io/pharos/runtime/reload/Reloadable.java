package io.pharos.runtime.reload;

/// Something of a service that a configuration file configures. Called by one thread at a time.
///
/// @param <C> the configuration, `PrometheusConfig` or `AlertmanagerConfig`
public interface Reloadable<C> {
    /// Checks `config` and builds what can fail, without any effect that can be seen; the answer puts it into
    /// force and does not fail. When one of several reloadables throws, none is put into force.
    ///
    /// @throws RuntimeException when it can't be applied, in the words the user is shown
    Runnable prepare(C config);
}
