/// Whole processes on real input: Pharos as users start it, exporters from the distribution's packages, receivers that
/// record.
@NullMarked
package io.pharos.standalone.e2e;

import org.jspecify.annotations.NullMarked;
