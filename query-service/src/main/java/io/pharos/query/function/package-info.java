/// The functions of PromQL, one class a family, over arrays: windows of one series
/// ([io.pharos.query.function.RangeFunction]), single numbers, histograms, labels. Also the annotations they leave
/// ([io.pharos.query.function.Notes]). Knows nothing of sources, plans or threads.
@NullMarked
package io.pharos.query.function;

import org.jspecify.annotations.NullMarked;
