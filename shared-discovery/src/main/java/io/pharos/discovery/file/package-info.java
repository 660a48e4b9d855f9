/// `file_sd_configs`: targets from files, re-read when they change. The door is
/// [io.pharos.discovery.file.FileSource].
///
/// Rules of the behaviour: Prometheus 3.14, `discovery/file`.
@NullMarked
package io.pharos.discovery.file;

import org.jspecify.annotations.NullMarked;
