/// What one operates a process by: health, readiness, reload, quit, metrics, its flags, build and configuration,
/// and the web configuration file (TLS, users, headers). [io.pharos.runtime.ops.OpsConfiguration] is the door;
/// services use [io.pharos.runtime.ops.Readiness] and [io.pharos.runtime.ops.Notifications].
@NullMarked
package io.pharos.runtime.ops;

import org.jspecify.annotations.NullMarked;
