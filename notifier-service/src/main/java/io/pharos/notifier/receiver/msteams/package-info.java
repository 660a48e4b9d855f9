/// Microsoft Teams: connectors (`msteams`) and flows (`msteamsv2`).
@NullMarked
package io.pharos.notifier.receiver.msteams;

import org.jspecify.annotations.NullMarked;
