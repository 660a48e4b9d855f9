/// VictorOps, Splunk On-Call: its REST endpoint.
@NullMarked
package io.pharos.notifier.receiver.victorops;

import org.jspecify.annotations.NullMarked;
