/// The HTTP API of queries as Prometheus 3.14 has it: `/api/v1/query*`, `series`, `labels`, `label/…/values`,
/// `format_query`, `parse_query`, `/federate`, the running queries of ours, and the pages of the UI. Turns
/// requests into calls of [io.pharos.query.QueryEngine] and [io.pharos.model.port.SeriesSource]; knows nothing
/// of how those work.
///
/// [io.pharos.query.api.QueryRoutes] is the door.
@NullMarked
package io.pharos.query.api;

import org.jspecify.annotations.NullMarked;
