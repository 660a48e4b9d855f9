package io.pharos.notifier.receiver.email;

import com.icegreen.greenmail.util.DummySSLSocketFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// An SMTP server that speaks STARTTLS and notes the commands it is given, challenges answered.
final class FakeSmtp implements AutoCloseable {
    private final ServerSocket server;
    private final String mechanisms;
    private final List<String> commands = new ArrayList<>();
    private final Thread thread;

    FakeSmtp(String mechanisms) throws IOException {
        this.mechanisms = mechanisms;
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        thread = Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return server.getLocalPort();
    }

    List<String> commands() {
        synchronized (commands) {
            return List.copyOf(commands);
        }
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                talk(socket);
            } catch (IOException | GeneralSecurityException e) {
                note("closed");
            }
        }
    }

    private void note(String command) {
        synchronized (commands) {
            commands.add(command);
        }
    }

    private void talk(Socket plain) throws IOException, GeneralSecurityException {
        Socket socket = plain;
        BufferedReader in = reader(socket);
        say(socket, "220 fake");
        while (true) {
            String line = in.readLine();
            if (line == null) {
                return;
            }
            note(line);
            String verb = line.split(" ")[0];
            switch (verb) {
                case "EHLO" ->
                    say(socket, socket == plain ? "250-fake\r\n250 STARTTLS" : "250-fake\r\n250 AUTH " + mechanisms);
                case "STARTTLS" -> {
                    say(socket, "220 go on");
                    var secure = (SSLSocket) tls().getSocketFactory().createSocket(plain, null, plain.getPort(), true);
                    secure.setUseClientMode(false);
                    secure.startHandshake();
                    socket = secure;
                    in = reader(socket);
                }
                case "AUTH" -> {
                    if (line.equals("AUTH CRAM-MD5")) {
                        say(socket, "334 " + base64("<challenge@fake>"));
                        note(decoded(in.readLine()));
                    } else if (line.equals("AUTH LOGIN")) {
                        say(socket, "334 " + base64("Username:"));
                        note(decoded(in.readLine()));
                        say(socket, "334 " + base64("Password:"));
                        note(decoded(in.readLine()));
                    }
                    say(socket, "235 ok");
                }
                case "DATA" -> {
                    say(socket, "354 go on");
                    while (!".".equals(in.readLine())) {
                        // the message
                    }
                    say(socket, "250 taken");
                }
                case "QUIT" -> {
                    say(socket, "221 bye");
                    return;
                }
                default -> say(socket, "250 ok");
            }
        }
    }

    private static SSLContext tls() throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = DummySSLSocketFactory.class.getResourceAsStream("/greenmail.p12")) {
            keys.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
