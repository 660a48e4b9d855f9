/// The files of the store that are its own: log, checkpoint, manifest. [Disk] is the door; the real one is
/// [Disk#REAL], tests bring one that fails, tears and forgets. RocksDB writes its tables by itself; it is asked here
/// whether the folder for one may be made and whether it is durable. Knows nothing of what is in the files.
@NullMarked
package io.pharos.storage.disk;

import org.jspecify.annotations.NullMarked;
