/// The API that Alertmanager's clients speak, `/api/v2`: exact shapes, statuses and texts of Alertmanager 0.34.
/// [AlertmanagerApi] is the door.
@NullMarked
package io.pharos.alertmanager.api;

import org.jspecify.annotations.NullMarked;
