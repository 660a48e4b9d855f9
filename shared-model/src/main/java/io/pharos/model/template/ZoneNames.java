package io.pharos.model.template;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.ConcurrentHashMap;

/// Abbreviations of zones, such as `CET`. The system's time zone database has them as Go prints them; without it
/// Java's names stand in.
final class ZoneNames {
    private static final Path DATABASE = Path.of("/usr/share/zoneinfo");
    private static final ConcurrentHashMap<String, Optional<Zone>> ZONES = new ConcurrentHashMap<>();

    private ZoneNames() {}

    static String abbreviation(ZoneId zone, Instant at) {
        ZoneOffset offset = zone.getRules().getOffset(at);
        if (zone instanceof ZoneOffset) {
            return zone.equals(ZoneOffset.UTC) ? "UTC" : GoTimeLayout.offset(offset.getTotalSeconds(), "short");
        }
        boolean summer = zone.getRules().isDaylightSavings(at);
        // Only names that Java knows are looked up, so that none leads out of the folder.
        Optional<Zone> known = ZONES.computeIfAbsent(zone.getId(), ZoneNames::read);
        if (known.isPresent()) {
            String name = known.get().name(at.getEpochSecond(), offset.getTotalSeconds());
            if (!name.isEmpty()) {
                return name;
            }
        }
        String name = TimeZone.getTimeZone(zone).getDisplayName(summer, TimeZone.SHORT, Locale.ENGLISH);
        boolean letters = name.chars().allMatch(c -> c >= 'A' && c <= 'Z');
        return letters ? name : GoTimeLayout.offset(offset.getTotalSeconds(), "short");
    }

    /// Transitions and local time types of one file.
    private record Zone(long[] times, byte[] types, int[] offsets, String[] names) {
        String name(long second, int offset) {
            int latest = -1;
            for (int i = 0; i < times.length && times[i] <= second; i++) {
                if (offsets[types[i]] == offset) {
                    latest = types[i];
                }
            }
            for (int i = 0; latest < 0 && i < offsets.length; i++) {
                if (offsets[i] == offset) {
                    latest = i;
                }
            }
            return latest < 0 ? "" : names[latest];
        }
    }

    private static Optional<Zone> read(String id) {
        Path file = DATABASE.resolve(id);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(ByteBuffer.wrap(Files.readAllBytes(file))));
        } catch (IOException | RuntimeException e) {
            // A database we can't read is as good as none.
            return Optional.empty();
        }
    }

    /// RFC 8536: a 32-bit block, then one of 64 bits, which we take.
    private static Zone parse(ByteBuffer in) {
        int[] counts = header(in);
        in.position(in.position() + counts[3] * 5 + counts[4] * 6 + counts[5] + counts[2] * 8 + counts[1] + counts[0]);
        counts = header(in);
        var times = new long[counts[3]];
        for (int i = 0; i < times.length; i++) {
            times[i] = in.getLong();
        }
        var types = new byte[counts[3]];
        in.get(types);
        var offsets = new int[counts[4]];
        var starts = new int[counts[4]];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = in.getInt();
            in.get();
            starts[i] = in.get() & 0xff;
        }
        var text = new byte[counts[5]];
        in.get(text);
        var names = new String[offsets.length];
        for (int i = 0; i < names.length; i++) {
            int end = starts[i];
            while (text[end] != 0) {
                end++;
            }
            names[i] = new String(text, starts[i], end - starts[i], StandardCharsets.US_ASCII);
        }
        return new Zone(times, types, offsets, names);
    }

    /// Counts: UT indicators, standard indicators, leap seconds, transitions, types, characters.
    private static int[] header(ByteBuffer in) {
        if (in.getInt() != 0x545A6966) {
            throw new IllegalArgumentException("not a time zone file");
        }
        in.position(in.position() + 16);
        var counts = new int[6];
        for (int i = 0; i < 6; i++) {
            counts[i] = in.getInt();
        }
        return counts;
    }
}
