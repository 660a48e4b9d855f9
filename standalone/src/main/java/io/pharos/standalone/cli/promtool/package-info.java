/// What promtool does with configurations and rules: `check config`, `check rules`, `test rules`, under its flags
/// and outputs (`cmd/promtool` of Prometheus 3.14). The doors are
/// [io.pharos.standalone.cli.promtool.CheckCommand] and [io.pharos.standalone.cli.promtool.TestCommand].
@NullMarked
package io.pharos.standalone.cli.promtool;

import org.jspecify.annotations.NullMarked;
