package io.pharos.alertmanager.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Writes and reads the pieces that values on disk are made of. A text is its length in 4 bytes and UTF-8, an
/// instant seconds in 8 and nanoseconds in 4.
final class Bytes {
    interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private Bytes() {}

    static byte[] write(Writing writing) {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// Fails with [IllegalArgumentException] where the bytes end early.
    static <T> T read(String what, byte[] bytes, Reading<T> reading) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return reading.from(in);
        } catch (IOException e) {
            throw new IllegalArgumentException(what + " of " + bytes.length + " bytes is damaged", e);
        }
    }

    static void blob(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] blob(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException(length + " bytes where " + in.available() + " are left");
        }
        return in.readNBytes(length);
    }

    static void text(DataOutputStream out, String text) throws IOException {
        blob(out, text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(DataInputStream in) throws IOException {
        return new String(blob(in), StandardCharsets.UTF_8);
    }

    static void instant(DataOutputStream out, Instant instant) throws IOException {
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
    }

    static Instant instant(DataInputStream in) throws IOException {
        long seconds = in.readLong();
        return Instant.ofEpochSecond(seconds, in.readInt());
    }

    static void longs(DataOutputStream out, Collection<Long> values) throws IOException {
        out.writeInt(values.size());
        for (long value : values) {
            out.writeLong(value);
        }
    }

    static Set<Long> longs(DataInputStream in) throws IOException {
        var values = new LinkedHashSet<Long>();
        for (int n = in.readInt(); n > 0; n--) {
            values.add(in.readLong());
        }
        return values;
    }

    static void map(DataOutputStream out, Map<String, String> map) throws IOException {
        out.writeInt(map.size());
        for (var pair : new TreeMap<>(map).entrySet()) {
            text(out, pair.getKey());
            text(out, pair.getValue());
        }
    }

    static Map<String, String> map(DataInputStream in) throws IOException {
        var map = new TreeMap<String, String>();
        for (int n = in.readInt(); n > 0; n--) {
            String key = text(in);
            map.put(key, text(in));
        }
        return map;
    }
}
