package io.pharos.alertmanager.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Carries messages between replicas late, not at all, or not across a partition, as its seed has it.
final class SimulatedNetwork {
    private final CooperativeClock clock;
    private final Random random;
    private final double dropped;
    private final int mostDelayMs;
    private final Map<String, Wire.Inbox> inboxes = new TreeMap<>();
    private List<List<String>> islands = List.of();

    SimulatedNetwork(CooperativeClock clock, Random random, double dropped, int mostDelayMs) {
        this.clock = clock;
        this.random = random;
        this.dropped = dropped;
        this.mostDelayMs = mostDelayMs;
    }

    Wire wire(String name) {
        return new Wire() {
            @Override
            public void start(Inbox inbox) {
                inboxes.put(name, inbox);
                announce();
            }

            @Override
            public void toAll(byte[] bytes) {
                inboxes.keySet().stream().filter(other -> !other.equals(name)).forEach(other -> to(other, bytes));
            }

            @Override
            public void to(String other, byte[] bytes) {
                if (reaches(name, other) && random.nextDouble() >= dropped) {
                    clock.at(clock.instant().plusMillis(random.nextInt(mostDelayMs + 1)), () -> {
                        Inbox inbox = inboxes.get(other);
                        if (inbox != null && reaches(name, other)) {
                            inbox.message(name, bytes);
                        }
                    });
                }
            }

            @Override
            public void close() {
                inboxes.remove(name);
                announce();
            }
        };
    }

    private boolean reaches(String from, String to) {
        return islands.isEmpty() || islands.stream().anyMatch(island -> island.contains(from) && island.contains(to));
    }

    /// Splits the network; an empty list heals it. Members notice a moment later.
    void split(List<List<String>> into) {
        islands = into;
        clock.at(clock.instant().plus(Duration.ofSeconds(2)), this::announce);
    }

    private void announce() {
        for (String name : List.copyOf(inboxes.keySet())) {
            var seen = new ArrayList<ClusterView.Peer>();
            for (String other : inboxes.keySet()) {
                if (reaches(name, other)) {
                    seen.add(new ClusterView.Peer(other, other + ":9094"));
                }
            }
            inboxes.get(name).members(seen);
        }
    }
}
