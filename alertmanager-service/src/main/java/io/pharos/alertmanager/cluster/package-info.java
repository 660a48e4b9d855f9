/// Replicas: who notifies first, and how silences and the notification log reach every one of them.
@NullMarked
package io.pharos.alertmanager.cluster;

import org.jspecify.annotations.NullMarked;
