/// PagerDuty: events version 2 (routing key) and version 1 (service key).
@NullMarked
package io.pharos.notifier.receiver.pagerduty;

import org.jspecify.annotations.NullMarked;
