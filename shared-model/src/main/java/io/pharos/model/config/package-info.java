/// Configuration files: `prometheus.yml`, `alertmanager.yml`, rule files and files of targets, as immutable records
/// with the defaults of Prometheus 3.14 and Alertmanager 0.34.
///
/// [io.pharos.model.config.ConfigLoader] is the door. YAML is composed into nodes that know line and column; `Binder`
/// fills records from them by reflection, guided by [io.pharos.model.config.Key] on each component, and `YamlPrinter`
/// writes records back the way Go's YAML library does. Checks of a record stand in its compact constructor and speak
/// Prometheus' words. What Pharos knows by name but has not built yet is listed in `UnbuiltSections` alone.
///
/// Opens the files of a configuration, nothing else: no secrets' files, no network.
@NullMarked
package io.pharos.model.config;

import org.jspecify.annotations.NullMarked;
