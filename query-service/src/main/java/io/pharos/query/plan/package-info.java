/// From a parsed expression to a plan: durations and `@` resolved for one query, constants folded, subtrees that do not
/// depend on the step marked. [io.pharos.query.plan.Planner] is the door; the nodes are read by `query.operator`.
@NullMarked
package io.pharos.query.plan;

import org.jspecify.annotations.NullMarked;
