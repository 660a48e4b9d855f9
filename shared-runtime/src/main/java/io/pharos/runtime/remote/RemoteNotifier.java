package io.pharos.runtime.remote;

import io.pharos.model.port.ApiException;
import io.pharos.model.port.Notifier;
import io.pharos.model.wire.NotificationJson;
import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpReply;
import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Delivers by a notifier node. A group goes to the same node every time, which knows by its id what it has
/// delivered; where that node can't be reached the others are tried, until the deadline.
final class RemoteNotifier implements Notifier {
    private static final String PATH = "/api/pharos/v1/notify";
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /// Beyond the deadline, for the answer to come back.
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Peers peers;
    private final HttpSender sender;
    private final InstantSource time;

    RemoteNotifier(Peers peers, HttpSender sender, InstantSource time) {
        this.peers = peers;
        this.sender = sender;
        this.time = time;
    }

    @Override
    public Outcome deliver(Notification notification) {
        byte[] body = NotificationJson.writeNotification(notification);
        String last = "no notifier was tried";
        int attempts = 0;
        while (true) {
            List<String> urls;
            try {
                urls = inOrder(peers.of("notifier"), notification.groupKey());
            } catch (ApiException e) {
                urls = List.of();
                last = e.text();
            }
            for (String url : urls) {
                Duration left = Duration.between(time.instant(), notification.deadline());
                if (left.isNegative()) {
                    return new Outcome.GaveUp(attempts, last);
                }
                attempts++;
                try {
                    HttpReply reply =
                            sender.call(HttpCall.post(url + PATH, "application/json", body, left.plus(GRACE)));
                    if (reply.status() == 200) {
                        return NotificationJson.readOutcome(reply.body());
                    }
                    last = "notifier answered " + reply.statusLine() + ": "
                            + reply.text().strip();
                    if (reply.status() == 400) {
                        return new Outcome.Refused(last);
                    }
                } catch (IOException | IllegalArgumentException e) {
                    last = String.valueOf(e.getMessage());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return new Outcome.GaveUp(attempts, "interrupted");
                }
            }
            if (!pause(notification.deadline())) {
                return new Outcome.GaveUp(attempts, last);
            }
        }
    }

    private boolean pause(Instant deadline) {
        if (time.instant().plus(PAUSE).isAfter(deadline)) {
            return false;
        }
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// The nodes by the hash of node and group: stable, and evenly spread over groups.
    private static List<String> inOrder(List<String> urls, String groupKey) {
        var ordered = new ArrayList<>(urls);
        ordered.sort(Comparator.comparingInt(url -> (url + "\0" + groupKey).hashCode()));
        return ordered;
    }
}
