package io.pharos.model.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.pharos.model.exposition.ExpositionParser.Entry;
import io.pharos.model.exposition.ExpositionParser.Format;
import io.pharos.model.exposition.ExpositionParser.Options;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Broken bodies: whatever they hold, a parser ends, and complains with an [ExpositionException] or not at all; and
/// what it reads does not depend on what it was told to expect. `-Dfuzz.rounds=…` or `-Dfuzz.seconds=…` (of each
/// format) runs longer, `-Dfuzz.seed=…` repeats a failure.
class ExpositionFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 3000);
    private static final long SECONDS = Long.getLong("fuzz.seconds", 0);
    private static final long SEED = Long.getLong("fuzz.seed", 20261125L);
    private static final Options[] OPTIONS = {
        Options.PLAIN,
        new Options(true, false, false, false),
        new Options(true, true, true, true),
        new Options(false, false, true, true)
    };
    private static final String[] PIECES = {
        "a",
        "b_total",
        "h_bucket",
        "h_count",
        "h_sum",
        "{",
        "}",
        "le=",
        "\"1\"",
        "\"+Inf\"",
        "x=\"\\\"\\\\\\n\"",
        ",",
        " ",
        "\n",
        "\t",
        "# TYPE h histogram\n",
        "# TYPE b counter\n",
        "# HELP h text\n",
        "# UNIT h s\n",
        "# EOF\n",
        "# {",
        "1",
        "-2.5",
        "1e300",
        "NaN",
        "0x1p3",
        "1234567890123",
        " # {id=\"1\"} 2 3",
        "{\"q.n\",\"l.n\"=\"v\"} 1\n",
        "h_bucket{le=\"1\"} 2\n",
        "h_bucket{le=\"+Inf\"} 3\n",
        "h_count 3\n",
        "h_created 5\n",
        "\0",
        "\u00e9",
        "\"",
    };

    @ParameterizedTest
    @EnumSource(Format.class)
    void noBodyBreaksAParser(Format format) {
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        for (int round = 0; SECONDS > 0 ? System.nanoTime() < end : round < ROUNDS; round++) {
            long seed = SEED + round;
            var random = new Random(seed);
            byte[] body = format == Format.PROTOBUF ? message(random) : text(random);
            if (random.nextInt(3) == 0) {
                for (int i = random.nextInt(4); i >= 0 && body.length > 0; i--) {
                    body[random.nextInt(body.length)] = (byte) random.nextInt(256);
                }
            }
            for (Options options : OPTIONS) {
                try {
                    assertThat(read(format, options, body, true)).isEqualTo(read(format, options, body, false));
                } catch (RuntimeException | AssertionError e) {
                    fail("seed " + seed + ", " + options + ", body " + Utf8.quote(body, 0, body.length), e);
                }
            }
        }
    }

    /// What a parser makes of the body; with `guess` it is told every key it read in a first pass, which is right but
    /// for every seventh time.
    private static List<String> read(Format format, Options options, byte[] body, boolean guess) {
        var keys = new ArrayList<byte[]>();
        List<String> lines = pass(format, options, body, keys, false);
        return guess ? pass(format, options, body, keys, true) : lines;
    }

    private static List<String> pass(Format format, Options options, byte[] body, List<byte[]> keys, boolean guess) {
        var parser = ExpositionParser.of(format, options);
        parser.reset(Arrays.copyOf(body, body.length + 1), body.length);
        var lines = new ArrayList<String>();
        var labels = new ExposedLabels();
        var again = new ExposedLabels();
        try {
            int n = 0;
            while (true) {
                byte[] key = guess && n < keys.size() && n % 7 != 6 ? keys.get(n) : new byte[0];
                Entry entry = parser.next(key, 0, key.length);
                if (entry == Entry.END) {
                    return lines;
                }
                if (entry != Entry.SERIES && entry != Entry.HISTOGRAM) {
                    lines.add(entry.toString());
                    continue;
                }
                byte[] read = Arrays.copyOfRange(parser.keyBytes(), parser.keyStart(), parser.keyEnd());
                parser.labels(labels);
                if (!guess) {
                    keys.add(read);
                    parser.labelsOf(read, 0, read.length, parser.type(), again);
                    assertThat(again.toLabels().compareTo(labels.toLabels())).isZero();
                }
                n++;
                lines.add(new String(read, StandardCharsets.ISO_8859_1) + " " + parser.value() + " " + parser.hasTime()
                        + (parser.hasTime() ? parser.timeMs() : 0)
                        + (parser.histogram() == null ? "" : parser.histogram().hashCode()));
            }
        } catch (ExpositionException e) {
            lines.add(e.text());
            return lines;
        }
    }

    private static byte[] text(Random random) {
        var body = new StringBuilder();
        for (int i = random.nextInt(30); i >= 0; i--) {
            if (random.nextInt(3) == 0) {
                body.append("m")
                        .append(random.nextInt(3))
                        .append("{x=\"")
                        .append(random.nextInt(3))
                        .append("\"} ")
                        .append(random.nextInt(100) / 4.0)
                        .append('\n');
            } else {
                body.append(PIECES[random.nextInt(PIECES.length)]);
            }
        }
        if (random.nextBoolean()) {
            body.append("\n# EOF\n");
        }
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] message(Random random) {
        var body = new Proto();
        for (int i = random.nextInt(4); i >= 0; i--) {
            var family = new Proto();
            family.text(1, "m" + random.nextInt(3));
            if (random.nextBoolean()) {
                family.text(2, "help");
            }
            family.number(3, random.nextInt(7));
            for (int k = random.nextInt(3); k >= 0; k--) {
                family.message(4, metric(random));
            }
            body.delimited(family);
        }
        return body.bytes();
    }

    private static Proto metric(Random random) {
        var metric = new Proto();
        for (int i = random.nextInt(3); i > 0; i--) {
            metric.message(1, new Proto().text(1, "l" + random.nextInt(2)).text(2, "v"));
        }
        metric.message(2, new Proto().real(1, random.nextInt(9)));
        metric.message(3, new Proto().real(1, random.nextInt(9)));
        metric.message(
                4,
                new Proto()
                        .number(1, 3)
                        .real(2, 1)
                        .message(3, new Proto().real(1, 0.5).real(2, 4)));
        var histogram = new Proto().number(1, 4).real(2, 1.5);
        for (int i = random.nextInt(3); i > 0; i--) {
            histogram.message(3, new Proto().number(1, i).real(2, i));
        }
        if (random.nextBoolean()) {
            histogram.number(5, 2).real(6, 0.001).number(7, 1);
            histogram.message(12, new Proto().number(1, 0).number(2, random.nextInt(3)));
            histogram.message(13, new Proto().raw(2).raw(2));
        }
        metric.message(7, histogram);
        if (random.nextBoolean()) {
            metric.number(6, random.nextInt(1000));
        }
        return metric;
    }
}
