package io.pharos.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The other side of every connection of the [Training] run, over bare sockets: the classes of an HTTP client would
/// be archived, and loaded by every start of Pharos, which has no use for them.
final class TrainingPeer {
    private static final int TIMEOUT_MS = (int) Duration.ofSeconds(10).toMillis();

    private final int port;

    /// @param port of Pharos, on loopback
    TrainingPeer(int port) {
        this.port = port;
    }

    /// Sends one request on a connection of its own and reads the answer; complains of an error of the server's.
    ///
    /// @param headers lines, each ended by CRLF
    void send(String method, String path, String headers, byte[] body) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MS);
            String head = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + headers
                    + "Content-Length: " + body.length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 2") && !answer.startsWith("HTTP/1.1 3")) {
                System.err.println(path + " answered " + answer);
            }
        }
    }

    void get(String path) throws IOException {
        send("GET", path, "", new byte[0]);
    }

    void post(String path) throws IOException {
        send("POST", path, "", new byte[0]);
    }

    void postJson(String path, String body) throws IOException {
        send("POST", path, "Content-Type: application/json\r\n", body.getBytes(StandardCharsets.UTF_8));
    }

    /// Opens a port that answers 200 to whatever is sent there, until closed.
    static ServerSocket receiver() throws IOException {
        var server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    socket.setSoTimeout(TIMEOUT_MS);
                    readRequest(socket.getInputStream());
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    if (!server.isClosed()) {
                        System.err.println("a notification broke off: " + e.getMessage());
                    }
                }
            }
        });
        return server;
    }

    /// A body must be read before the answer, or its sender finds the connection reset.
    private static void readRequest(InputStream in) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        long rest = 0;
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                rest = Long.parseLong(line.substring(15).strip());
            }
        }
        while (rest > 0 && reader.read() >= 0) {
            rest--;
        }
    }
}
