/// Reading configuration files and putting them into force, at start and whenever asked.
///
/// [io.pharos.runtime.reload.Reloader] is the door; a service takes part by declaring a bean that implements
/// [io.pharos.runtime.reload.Reloadable] of `PrometheusConfig` or `AlertmanagerConfig`. All of one file prepare
/// before any is put into force, so that a bad file changes nothing. [io.pharos.runtime.reload.Signals] brings
/// SIGHUP.
@NullMarked
package io.pharos.runtime.reload;

import org.jspecify.annotations.NullMarked;
