/// Makes one series set of several: the head's and the partitions'. Knows `SeriesSet` alone.
@NullMarked
package io.pharos.storage.select;

import org.jspecify.annotations.NullMarked;
