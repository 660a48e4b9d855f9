package io.pharos.alertmanager.cluster;

import java.security.SecureRandom;
import java.time.Instant;

/// Makes names for replicas that were given none: a ULID, which sorts by the time it was made.
final class PeerNames {
    private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final SecureRandom RANDOM = new SecureRandom();

    private PeerNames() {}

    static String random(Instant now) {
        var name = new char[26];
        long ms = now.toEpochMilli();
        for (int i = 9; i >= 0; i--) {
            name[i] = CROCKFORD.charAt((int) (ms & 31));
            ms >>>= 5;
        }
        for (int i = 10; i < name.length; i++) {
            name[i] = CROCKFORD.charAt(RANDOM.nextInt(32));
        }
        return new String(name);
    }
}
