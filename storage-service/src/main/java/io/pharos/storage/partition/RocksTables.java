package io.pharos.storage.partition;

import io.pharos.model.labels.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ChecksumType;
import org.rocksdb.CompressionType;
import org.rocksdb.EnvOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;

/// The one RocksDB environment of the process: options, block cache, keys.
final class RocksTables {
    static {
        RocksDB.loadLibrary();
    }

    /// Blocks of all partitions together.
    private static final Cache CACHE = new LRUCache(32L << 20);

    private static final Options CREATING = base().setCreateIfMissing(true).setWriteBufferSize(1 << 20);
    private static final Options READING = base().setMaxOpenFiles(16);

    private RocksTables() {}

    private static Options base() {
        return options()
                .setInfoLogLevel(InfoLogLevel.FATAL_LEVEL)
                .setKeepLogFileNum(1)
                .setMaxBackgroundJobs(1)
                .setStatsDumpPeriodSec(0);
    }

    static Options options() {
        return new Options()
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(CACHE)
                        .setBlockSize(16 << 10)
                        .setFormatVersion(5)
                        .setChecksumType(ChecksumType.kCRC32c)
                        .setCacheIndexAndFilterBlocks(true));
    }

    /// Made here, so that the library is loaded before.
    static ReadOptions readOptions() {
        return new ReadOptions();
    }

    static EnvOptions environment() {
        return new EnvOptions();
    }

    static Options creating() {
        return CREATING;
    }

    static Options reading() {
        return READING;
    }

    static byte[] key(char kind, int number) {
        return new byte[] {
            (byte) kind, (byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number
        };
    }

    /// `'p' name 00 01 value`, zero bytes of the name as 00 FF.
    static byte[] pairKey(byte[] text) {
        int nameFrom = Labels.textStart(text, 0);
        int nameTo = nameFrom + Labels.textLength(text, 0);
        int valueFrom = Labels.textStart(text, nameTo);
        int valueTo = valueFrom + Labels.textLength(text, nameTo);
        byte[] prefix = namePrefix(Arrays.copyOfRange(text, nameFrom, nameTo));
        byte[] key = Arrays.copyOf(prefix, prefix.length + valueTo - valueFrom);
        System.arraycopy(text, valueFrom, key, prefix.length, valueTo - valueFrom);
        return key;
    }

    static byte[] namePrefix(byte[] name) {
        int zeros = 0;
        for (byte b : name) {
            zeros += b == 0 ? 1 : 0;
        }
        var key = new byte[1 + name.length + zeros + 2];
        int at = 0;
        key[at++] = 'p';
        for (byte b : name) {
            key[at++] = b;
            if (b == 0) {
                key[at++] = (byte) 0xff;
            }
        }
        key[at++] = 0;
        key[at] = 1;
        return key;
    }

    /// The pair's text in the layout of [Labels], from its key.
    static byte[] pairText(byte[] key) {
        var name = new byte[key.length];
        int n = 0;
        int at = 1;
        while (at < key.length) {
            if (key[at] == 0) {
                if (key[at + 1] == 1) {
                    break;
                }
                name[n++] = 0;
                at += 2;
            } else {
                name[n++] = key[at++];
            }
        }
        at += 2;
        int length = key.length - at;
        var text = new byte[Labels.encodedLength(n) + Labels.encodedLength(length)];
        int to = Labels.putLength(text, 0, n);
        System.arraycopy(name, 0, text, to, n);
        to = Labels.putLength(text, to + n, length);
        System.arraycopy(key, at, text, to, length);
        return text;
    }

    static String value(byte[] pairKey, int prefixLength) {
        return new String(pairKey, prefixLength, pairKey.length - prefixLength, StandardCharsets.UTF_8);
    }

    /// Removes what RocksDB leaves in a folder and does not need to open it.
    static void tidy(Path db) throws IOException {
        try (var files = Files.list(db)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("LOG") || name.startsWith("OPTIONS") || name.equals("IDENTITY")) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    static void deleteFolder(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }
}
