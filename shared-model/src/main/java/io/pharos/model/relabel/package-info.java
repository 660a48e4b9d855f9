/// Relabelling: rules that rewrite or drop a label set (`model/relabel/relabel.go` of Prometheus 3.14).
///
/// [io.pharos.model.relabel.Relabeler] is the door. Knows labels and nothing of configuration files, targets or
/// samples.
@NullMarked
package io.pharos.model.relabel;

import org.jspecify.annotations.NullMarked;
