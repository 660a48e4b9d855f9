/// Alerts and the words about them: the alert itself, its annotations, the matchers of `alertmanager.yml` in both
/// syntaxes, and its time intervals. Everyone may use it; it knows labels and Go's texts only.
@NullMarked
package io.pharos.model.alert;

import org.jspecify.annotations.NullMarked;
