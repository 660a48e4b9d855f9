/// What keeps an alert from being told: inhibition, silences, time intervals. Pure; the driver hands in the time.
@NullMarked
package io.pharos.alertmanager.mute;

import org.jspecify.annotations.NullMarked;
