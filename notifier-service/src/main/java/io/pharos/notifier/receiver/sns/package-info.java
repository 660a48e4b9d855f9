/// Amazon SNS: `Publish`, signed with version 4 signatures.
@NullMarked
package io.pharos.notifier.receiver.sns;

import org.jspecify.annotations.NullMarked;
