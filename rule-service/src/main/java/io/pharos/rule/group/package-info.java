/// Rule groups: when they run, what their rules make of query results, and the states of alerts.
///
/// The door is [io.pharos.rule.group.RuleGroups]. Rules and alert states take query results and a time and give
/// samples; a group asks the query port, appends to the sample port and hands alerts to the alert port. Knows
/// nothing of HTTP, alertmanagers or how queries are evaluated.
///
/// Rules of the behaviour: Prometheus 3.14, `rules/group.go`, `rules/alerting.go`, `rules/recording.go`.
@NullMarked
package io.pharos.rule.group;

import org.jspecify.annotations.NullMarked;
