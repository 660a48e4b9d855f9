/// The query engine's door: [io.pharos.query.QueryEngine] takes PromQL text and answers with a result.
///
/// It may be called by the HTTP API, the rule service's port and tests; it knows nothing of HTTP, of storage formats
/// or of rules.
@NullMarked
package io.pharos.query;

import org.jspecify.annotations.NullMarked;
