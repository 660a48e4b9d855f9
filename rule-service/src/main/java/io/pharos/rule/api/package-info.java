/// `/api/v1/rules`, `/api/v1/alerts` and `/api/v1/alertmanagers`. The door is [io.pharos.rule.api.RulesApi].
/// Reads what groups and senders publish; changes nothing.
@NullMarked
package io.pharos.rule.api;

import org.jspecify.annotations.NullMarked;
