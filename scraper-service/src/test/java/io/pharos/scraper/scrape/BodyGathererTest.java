package io.pharos.scraper.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class BodyGathererTest {
    private final BodyBuffers buffers = new BodyBuffers();

    private static byte[] zipped(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        }
        return out.toByteArray();
    }

    private BodyGatherer gathered(byte[] bytes, long limit) {
        var body = new BodyGatherer(buffers, limit, 16);
        body.take(Unpooled.wrappedBuffer(bytes));
        return body;
    }

    private String unzipped(byte[] bytes, long limit) {
        BodyGatherer plain = gathered(bytes, 1 << 20).unzipped(16);
        var again = new BodyGatherer(buffers, limit, 16);
        again.take(Unpooled.wrappedBuffer(plain.bytes(), 0, plain.length()));
        return new String(again.bytes(), 0, again.length(), StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    @Test
    void membersFollowEachOther() throws IOException {
        assertThat(unzipped(joined(zipped("a 1\n".getBytes()), zipped("b 2\n".getBytes())), 100))
                .isEqualTo("a 1\nb 2\n");
        assertThat(unzipped(zipped(new byte[0]), 100)).isEmpty();
    }

    @Test
    void whatIsBrokenIsSaidInGosWords() throws IOException {
        byte[] whole = zipped("some text\n".repeat(100).getBytes());
        byte[] wrongSum = whole.clone();
        wrongSum[whole.length - 5]++;
        assertThatThrownBy(() -> unzipped(new byte[0], 100)).hasMessage("EOF");
        assertThatThrownBy(() -> unzipped("plain text, no gzip".getBytes(), 100))
                .hasMessage("gzip: invalid header");
        assertThatThrownBy(() -> unzipped("short".getBytes(), 100)).hasMessage("unexpected EOF");
        assertThatThrownBy(() -> unzipped(wrongSum, 100)).hasMessage("gzip: invalid checksum");
        assertThatThrownBy(() -> unzipped(joined(whole, "garbage".getBytes()), 100))
                .hasMessage("unexpected EOF");
        assertThatThrownBy(() -> unzipped(joined(whole, "garbage of some length".getBytes()), 100))
                .hasMessage("gzip: invalid header");
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> unzipped(cut, 1 << 20)).hasMessage("unexpected EOF");
        }
    }

    @Test
    void anyBytesEndInATextOrAFailure() throws IOException {
        byte[] whole = zipped("name{label=\"value\"} 1.5\n".repeat(50).getBytes());
        for (int seed = 0; seed < 3000; seed++) {
            var random = new Random(seed);
            byte[] broken = Arrays.copyOf(whole, random.nextInt(whole.length) + 1);
            for (int i = random.nextInt(4); i >= 0; i--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(unzipped(broken, 1 << 20)).hasSize(1200);
            } catch (ScrapeFailure e) {
                assertThat(e.text())
                        .as("seed %s", seed)
                        .matches("EOF|unexpected EOF|gzip: invalid (header|checksum)|flate: corrupt input before"
                                + " offset [0-9]+|body size limit exceeded");
            }
        }
    }

    @Test
    void oneByteBelowTheLimitFitsPackedOrNot() throws IOException {
        byte[] plain = "x".repeat(999).getBytes();
        assertThat(gathered(plain, 1000).length()).isEqualTo(999);
        assertThatThrownBy(() -> gathered(plain, 999)).hasMessage(BodyGatherer.TOO_LARGE);
        byte[] packed = zipped(plain);
        assertThat(gathered(packed, 1000).unzipped(16).length()).isEqualTo(999);
        assertThatThrownBy(() -> gathered(packed, 999).unzipped(16)).hasMessage(BodyGatherer.TOO_LARGE);
    }

    @Test
    void theBodyOfAFailureIsThrownAway() {
        var body = new BodyGatherer(buffers, 10, 16);
        body.begin(500);
        for (int i = 0; i < 10; i++) {
            body.take(Unpooled.wrappedBuffer("a page that explains much".getBytes()));
        }
        assertThat(body.length()).isZero();
    }
}
