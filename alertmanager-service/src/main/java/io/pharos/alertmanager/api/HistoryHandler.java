package io.pharos.alertmanager.api;

import io.pharos.alertmanager.group.Journal;
import io.pharos.alertmanager.mute.Muting;
import io.pharos.alertmanager.store.StateStore;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What was told to whom, why and with what result; and what happened to an alert. Extensions of Pharos.
final class HistoryHandler {
    private static final int MOST = 10_000;

    private final StateStore store;

    HistoryHandler(StateStore store) {
        this.store = store;
    }

    Answer deliveries(String limit) {
        int most;
        try {
            most = Math.clamp(Integer.parseInt(limit), 1, MOST);
        } catch (NumberFormatException _) {
            return Answer.text(400, "limit must be a number from 1 to " + MOST + ", not \"" + limit + "\"");
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Journal.Delivery delivery : store.deliveries(most)) {
            ObjectNode node = array.addObject();
            node.put("at", ApiTimes.print(delivery.at()));
            node.put("receiver", delivery.to().receiver());
            node.put("integration", delivery.to().integration());
            node.put("index", delivery.to().index());
            node.put("groupKey", delivery.to().groupKey());
            node.put("reason", delivery.reason());
            node.put("result", delivery.result());
            node.put("error", delivery.error());
            node.put("latencySeconds", delivery.latency().toNanos() / 1e9);
            fingerprints(node.putArray("firing"), delivery.firing());
            fingerprints(node.putArray("resolved"), delivery.resolved());
        }
        return Answer.ok(array);
    }

    private static void fingerprints(ArrayNode array, List<Long> fingerprints) {
        fingerprints.forEach(fingerprint -> array.add(Muting.hex(fingerprint)));
    }

    Answer events(String fingerprint) {
        long value;
        try {
            value = Long.parseUnsignedLong(fingerprint, 16);
        } catch (NumberFormatException _) {
            return Answer.text(400, "\"" + fingerprint + "\" is no fingerprint; write 16 hex digits");
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Journal.Event event : store.events(value)) {
            array.addObject()
                    .put("at", ApiTimes.print(event.at()))
                    .put("what", event.what())
                    .put("detail", event.detail());
        }
        return Answer.ok(array);
    }
}
