/// The rule service: rule groups, alert states, sending alerts. [io.pharos.rule.RuleConfiguration] puts it
/// together.
@NullMarked
package io.pharos.rule;

import org.jspecify.annotations.NullMarked;
