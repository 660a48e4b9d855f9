/// Executes plans: selectors, range functions, aggregations and binary operators over blocks of series × steps.
/// The doors are [io.pharos.query.operator.Evaluator] and the [io.pharos.query.operator.QueryContext] it works
/// in.
///
/// A selector, and what is applied to each of its series alone, is a stream of blocks that leaf tasks fill on
/// the query pool; an aggregation takes the blocks in order as they come, any other operator collects them into
/// a table. Tasks never wait; the thread that waits for them is the caller's.
@NullMarked
package io.pharos.query.operator;

import org.jspecify.annotations.NullMarked;
