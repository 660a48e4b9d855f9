package io.pharos.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.config.ConfigLoader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lines to a server that says what the test wants, byte by byte.
class HttpLineTest {
    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> replies = new ConcurrentLinkedQueue<>();

    /// A reply that ends the connection behind it.
    private static final String CLOSING = "<close>";

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private int serve(String... all) throws IOException {
        replies.addAll(Arrays.asList(all));
        var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        open.add(server);
        Thread.startVirtualThread(() -> {
            while (true) {
                try {
                    Socket socket = server.accept();
                    open.add(socket);
                    Thread.startVirtualThread(() -> answer(socket));
                } catch (IOException _) {
                    return;
                }
            }
        });
        return server.getLocalPort();
    }

    private void answer(Socket socket) {
        try (socket) {
            answer(
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)),
                    socket.getOutputStream());
        } catch (IOException _) {
            // The test is over.
        }
    }

    private void answer(BufferedReader in, java.io.OutputStream out) throws IOException {
        connections.incrementAndGet();
        while (true) {
            var request = new StringBuilder();
            String line;
            while ((line = in.readLine()) != null && !line.isEmpty()) {
                request.append(line).append('\n');
            }
            if (line == null) {
                return;
            }
            requests.add(request.toString());
            String reply = replies.poll();
            if (reply == null) {
                // Silence.
                in.read();
                return;
            }
            out.write(reply.replace(CLOSING, "").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            if (reply.endsWith(CLOSING)) {
                return;
            }
        }
    }

    /// Gathers a body of up to 1000 bytes.
    private static final class Gathered implements HttpLine.Body {
        private byte[] bytes = new byte[8];
        private int length;

        @Override
        public void ensure(int more) {
            if (length + more > 1000) {
                throw new IllegalStateException("too large");
            }
            if (length + more + 1 > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + more + 1, bytes.length * 2));
            }
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void advance(int n) {
            length += n;
        }

        @Override
        public String toString() {
            return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        }
    }

    private HttpLine line(String yaml, String url, String unixSocket) {
        var config = new ConfigLoader()
                .prometheusText("scrape_configs:\n- job_name: a\n" + yaml.indent(2))
                .jobs()
                .getFirst()
                .http();
        HttpSender sender = new HttpClients("Test/1", InstantSource.system()).open("test", config);
        open.add(sender);
        var call = new HttpCall("GET", url, Map.of("X-A", "b"), new byte[0], Duration.ofSeconds(1), 0);
        HttpLine line = sender.line(call, unixSocket).orElseThrow();
        open.add(line);
        return line;
    }

    private HttpLine line(int port) {
        return line("", "http://127.0.0.1:" + port + "/m?x=1", "");
    }

    private static String read(HttpLine line) throws Exception {
        var body = new Gathered();
        HttpLine.Reply reply = line.call(body);
        return reply.statusLine() + "|" + reply.contentType() + "|" + reply.contentEncoding() + "|" + body;
    }

    @Test
    void oneConnectionCarriesRequestAfterRequest() throws Exception {
        HttpLine line = line(serve(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 4\r\n\r\na 1\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\nContent-Encoding: gzip\nContent-Length: 0\n\n",
                "HTTP/1.1 204 \r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"));
        assertThat(read(line)).isEqualTo("200 OK|text/plain||a 1\n");
        assertThat(read(line)).isEqualTo("200 OK|||abc0123456789");
        assertThat(read(line)).isEqualTo("404 Not Found||gzip|");
        assertThat(read(line)).isEqualTo("204 |||");
        assertThat(line.call(new Gathered()).isRedirect()).isTrue();
        assertThat(connections).hasValue(1);
        assertThat(requests.getFirst())
                .startsWith("GET /m?x=1 HTTP/1.1\nHost: 127.0.0.1:")
                .contains("\nUser-Agent: Test/1\n", "\nX-A: b\n");
    }

    @Test
    void aConnectionThatWasClosedMeanwhileIsReplaced() throws Exception {
        HttpLine line = line(serve(
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na" + CLOSING,
                "HTTP/1.0 200 OK\r\n\r\nuntil the end" + CLOSING,
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nc"));
        assertThat(read(line)).endsWith("|a");
        assertThat(read(line)).endsWith("|until the end");
        assertThat(read(line)).endsWith("|c");
        assertThat(connections).hasValue(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<close>|Get \"URL\": EOF",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nab<close>|unexpected EOF",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\n<close>|unexpected EOF",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nab|context deadline exceeded",
                "HTTP/1.1 200 OK\\r\\nContent-Le|Get \"URL\": context deadline exceeded",
                "SSH-2.0\\r\\n|Get \"URL\": net/http: HTTP/1.x transport connection broken: malformed HTTP response \"SSH-2.0\"",
                "HTTP/1.1 abc OK\\r\\n|Get \"URL\": net/http: HTTP/1.x transport connection broken: malformed HTTP status code \"abc\"",
                "HTTP/1.1 200 OK\\r\\nContent-Length: -1\\r\\n|Get \"URL\": net/http: HTTP/1.x transport connection broken: bad Content-Length \"-1\"",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxyz\\r\\n|invalid byte in chunk length",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nffffffffffffffff\\r\\n|http chunk length too large",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1\\r\\nabc\\r\\n|malformed chunked encoding",
            })
    void brokenAnswersAreToldAsGoTellsThem(String reply, String error) throws Exception {
        int port = serve(reply.replace("\\r", "\r").replace("\\n", "\n"));
        assertThatThrownBy(() -> read(line(port)))
                .isInstanceOf(HttpException.class)
                .hasMessage(error.replace("URL", "http://127.0.0.1:" + port + "/m?x=1"));
    }

    @Test
    void requestsWaitUntilTheyAreDue() throws Exception {
        String reply = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na";
        HttpLine line = line(serve(reply, reply, reply));
        for (int round = 0; round < 3; round++) {
            long due = System.nanoTime() + Duration.ofMillis(20).toNanos();
            var opened = new AtomicReference<Long>();
            var body = new Gathered();
            line.callAt(due, () -> {
                opened.set(System.nanoTime());
                return body;
            });
            assertThat(body).hasToString("a");
            assertThat(opened.get()).isGreaterThanOrEqualTo(due);
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void anInterruptBreaksOffTheWait() throws Exception {
        HttpLine line = line(serve("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"));
        read(line);
        var failure = new AtomicReference<Throwable>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                line.callAt(System.nanoTime() + Duration.ofHours(1).toNanos(), Gathered::new);
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        waiting.interrupt();
        waiting.join();
        assertThat(failure.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void manyLinesWaitAtOnceAndEachForItself() throws Exception {
        // Two of them get no answer, which the others do not notice.
        String reply = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na";
        int port = serve(java.util.Collections.nCopies(48, reply).toArray(String[]::new));
        var sender = new HttpClients("Test/1", InstantSource.system())
                .open(
                        "test",
                        new ConfigLoader()
                                .prometheusText("scrape_configs: [{job_name: a}]")
                                .jobs()
                                .getFirst()
                                .http());
        open.add(sender);
        var call =
                new HttpCall("GET", "http://127.0.0.1:" + port + "/m", Map.of(), new byte[0], Duration.ofSeconds(2), 0);
        var answers = new ConcurrentLinkedQueue<String>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 50; i++) {
            HttpLine line = sender.line(call, "").orElseThrow();
            open.add(line);
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    answers.add(read(line));
                } catch (Exception e) {
                    answers.add(String.valueOf(e.getMessage()));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(answers).hasSize(50);
        assertThat(answers.stream().filter(answer -> answer.endsWith("|a"))).hasSize(48);
        assertThat(answers.stream().filter(answer -> answer.endsWith("context deadline exceeded")))
                .hasSize(2);
    }

    @Test
    void endlessHeadsAreCutOff() throws Exception {
        int port = serve("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(200_000));
        assertThatThrownBy(() -> read(line(port))).hasMessageContaining("server response headers exceeded");
    }

    @Test
    void whatTheCallerThrowsEndsTheCall() throws Exception {
        HttpLine line = line(serve("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(5000) + CLOSING));
        assertThatThrownBy(() -> read(line)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws Exception {
        int port;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        assertThatThrownBy(() -> read(line(port)))
                .hasMessage("Get \"http://127.0.0.1:" + port + "/m?x=1\": dial tcp 127.0.0.1:" + port
                        + ": connect: connection refused");
        assertThatThrownBy(() -> read(line("", "http://no_such.invalid/m", ""))).hasMessageEndingWith("no such host");
    }

    @Test
    void namesAreLookedUp() throws Exception {
        int port = serve("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab");
        assertThat(read(line("", "http://localhost:" + port + "/m", ""))).endsWith("|ab");
    }

    @Test
    void secretsOfFilesAreReadForEachRequest() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "one\n");
        String reply = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        HttpLine line = line(
                "authorization: {credentials_file: " + file + "}\n",
                "http://127.0.0.1:" + serve(reply, reply) + "/",
                "");
        read(line);
        Files.writeString(file, "another\n");
        read(line);
        assertThat(requests.get(0)).contains("\nAuthorization: Bearer one\n");
        assertThat(requests.get(1)).contains("\nAuthorization: Bearer another\n");
    }

    @Test
    void proxiesAndTlsNeedMoreThanALine() {
        var call = HttpCall.get("https://127.0.0.1:1/", Duration.ofSeconds(1));
        var clients = new HttpClients("Test/1", InstantSource.system());
        var config = new ConfigLoader()
                .prometheusText("scrape_configs:\n- {job_name: a, proxy_url: 'http://127.0.0.1:2'}\n- {job_name: b}\n")
                .jobs();
        try (HttpSender proxied = clients.open("a", config.getFirst().http());
                HttpSender plain = clients.open("b", config.getLast().http())) {
            assertThat(plain.line(call, "")).isEmpty();
            assertThat(proxied.line(HttpCall.get("http://a/", Duration.ofSeconds(1)), ""))
                    .isEmpty();
        }
    }

    @Test
    void unixSocketsAnswerToo() throws Exception {
        Path path = folder.resolve("s");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(server);
        server.bind(UnixDomainSocketAddress.of(path));
        replies.add("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab");
        replies.add("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\ncd");
        Thread.startVirtualThread(() -> {
            try (SocketChannel channel = server.accept()) {
                answer(
                        new BufferedReader(Channels.newReader(channel, StandardCharsets.ISO_8859_1)),
                        Channels.newOutputStream(channel));
            } catch (IOException _) {
                // The test is over.
            }
        });
        HttpLine line = line("", "http://localhost/m", path.toString());
        var failure = new AtomicReference<Throwable>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        assertThat(read(line)).endsWith("|ab");
                        assertThat(read(line)).endsWith("|cd");
                        assertThatThrownBy(() -> read(line))
                                .hasMessage("Get \"http://localhost/m\": context deadline exceeded");
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                })
                .join();
        assertThat(failure).hasNullValue();
        assertThatThrownBy(() -> read(line("", "http://localhost/m", folder + "/none")))
                .hasMessage("Get \"http://localhost/m\": dial unix " + folder
                        + "/none: connect: no such file or directory");
    }

    @Test
    void whateverAServerSaysEndsInAnAnswerOrAnError() throws Exception {
        var pieces = List.of(
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 100 C\r\n",
                "Content-Length: 3\r\n",
                "Transfer-Encoding: chunked\r\n",
                "\r\n",
                "3\r\nabc\r\n",
                "0\r\n\r\n",
                "abc",
                "\n",
                "X: y\r\n",
                "Connection: close\r\n",
                ":",
                "\0");
        var random = new Random(20261125);
        var said = new ArrayList<String>();
        for (int round = 0; round < 300; round++) {
            var reply = new StringBuilder(random.nextInt(4) > 0 ? pieces.getFirst() : "");
            for (int i = random.nextInt(8); i > 0; i--) {
                reply.append(pieces.get(random.nextInt(pieces.size())));
            }
            said.add(reply + CLOSING);
        }
        int port = serve(said.toArray(String[]::new));
        HttpLine line = line(port);
        for (int round = 0; round < 300; round++) {
            try {
                read(line);
            } catch (HttpException e) {
                assertThat(e.text()).isNotEmpty();
            }
        }
    }
}
