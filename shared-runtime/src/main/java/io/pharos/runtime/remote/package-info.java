/// The five ports over the network: adapters for callers, and the routes that serve a node's own ports to them.
///
/// [io.pharos.runtime.remote.RemoteWiring] is the door: it tells which configurations a deployed service needs
/// beside its own. `SampleSink`, `SeriesSource` and `QueryEvaluator` speak a private binary form below
/// `/api/pharos/v1/port/`, which carries all that the ports say (reasons of rejection, hints, schemas of
/// histograms) and nothing that they do not (remote read adds external labels, JSON loses histograms); `AlertSink`
/// speaks `/api/v2/alerts`, `Notifier` its private path. Nodes are found by [io.pharos.runtime.remote.Peers].
///
/// ```
/// request   version u8 | the call's arguments
/// answer    200: the result, no version     other status: the text of the error, header X-Pharos-Error: its type
/// text      uvarint length | UTF-8          labels: uvarint length | io.pharos.model.labels.Labels#encoded()
/// samples   uvarint n | n × varint time difference | n × u64 value bits XOR the ones before | u8 has starts …
/// ```
///
/// Versions differ by one digit, 1 today; a node refuses one it does not know, so that services of one installation
/// are upgraded storage first.
@NullMarked
package io.pharos.runtime.remote;

import org.jspecify.annotations.NullMarked;
