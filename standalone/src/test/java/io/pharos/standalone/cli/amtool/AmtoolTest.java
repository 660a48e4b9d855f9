package io.pharos.standalone.cli.amtool;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmtoolTest {
    private static final String TREE = """
            route:
              receiver: def
              routes:
              - {matchers: ['sev="page"', 'team=~"a|b"'], receiver: page, continue: true, routes: [{matchers: [x=y], receiver: deep}]}
              - {matchers: ['sev="warn"'], receiver: warn}
              - {matchers: ['q!="1"']}
            receivers: [{name: def}, {name: page}, {name: warn}, {name: deep}]
            """;

    @TempDir
    Path folder;

    private record Ran(int status, String out, String err) {}

    private static Ran run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = Amtool.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Ran(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private String tree() throws IOException {
        return Files.writeString(folder.resolve("tree.yml"), TREE).toString();
    }

    @Test
    void routesAreDrawnAsATree() throws IOException {
        assertThat(run("config", "routes", "--config.file", tree()).out()).isEqualTo("""
                Routing tree:
                .
                └── default-route  receiver: def
                    ├── {sev="page",team=~"a|b"}  continue: true  receiver: page
                    │   └── {x="y"}  receiver: deep
                    ├── {sev="warn"}  receiver: warn
                    └── {q!="1"}  receiver: def

                """);
    }

    @Test
    void labelsAreLedToTheirReceivers() throws IOException {
        Ran ran = run(
                "amtool", "config", "routes", "test", "--tree", "--config.file=" + tree(), "sev=page", "team=a", "x=y");
        assertThat(ran.status()).isZero();
        assertThat(ran.out()).isEqualTo("""
                Matching routes:
                .
                └── default-route
                    ├── {sev="page",team=~"a|b"}
                    │   └── {x="y"}  receiver: deep
                    └── {q!="1"}  receiver: def


                deep,def
                """);
        assertThat(run("config", "routes", "test", "--config.file=" + tree(), "--verify.receivers=warn", "sev=warn")
                        .status())
                .isZero();
        assertThat(run("config", "routes", "test", "--config.file=" + tree(), "--verify.receivers=x", "sev=warn")
                        .status())
                .isEqualTo(1);
    }

    @Test
    void filesAreChecked() throws IOException {
        Ran good = run("check-config", tree());
        assertThat(good.status()).isZero();
        assertThat(good.out()).contains("SUCCESS", " - 4 receivers", " - 0 templates");
        String bad = Files.writeString(folder.resolve("bad.yml"), "route: {receiver: u}\nreceivers: [{name: t}]\n")
                .toString();
        Ran failed = run("check-config", tree(), bad);
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.out()).contains("FAILED", "undefined receiver \"u\" used in route");
        assertThat(failed.err()).contains("failed to validate 1 file(s)");
        assertThat(run("check-config", "/no/such/file").err()).contains("path '/no/such/file' does not exist");
    }

    @Test
    void templatesAreRendered() throws IOException {
        Path file = folder.resolve("a.tmpl");
        Files.writeString(file, "{{ define \"mine\" }}{{ .Status }} {{ len .Alerts }}{{ end }}");
        Path data = folder.resolve("data.json");
        Files.writeString(
                data, "{\"status\":\"firing\",\"alerts\":[{\"status\":\"firing\",\"labels\":{\"a\":\"b\"}}]}");
        assertThat(run(
                                "template",
                                "render",
                                "--template.glob",
                                folder + "/*.tmpl",
                                "--template.text",
                                "{{ template \"mine\" . }}",
                                "--template.data",
                                data.toString())
                        .out())
                .isEqualTo("firing 1");
        assertThat(run(
                                "template",
                                "render",
                                "--template.glob",
                                folder + "/*.tmpl",
                                "--template.text",
                                "{{ template \"x\" . }}")
                        .status())
                .isEqualTo(1);
    }

    @Test
    void alertsAndSilencesAreAskedForAndShownInColumns() throws IOException {
        var asked = new ArrayList<String>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().toString();
            asked.add(exchange.getRequestMethod() + " " + path + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String answer = path.contains("silences")
                    ? exchange.getRequestMethod().equals("POST") ? "{\"silenceID\":\"the-id\"}" : "[]"
                    : """
                      [{"labels":{"alertname":"A","sev":"page"},"annotations":{"summary":"short text"},
                        "startsAt":"2026-11-25T03:52:36.449Z","endsAt":"2026-11-25T03:57:36.449Z","status":{"state":"active"}}]""";
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try {
            String url =
                    "--alertmanager.url=http://127.0.0.1:" + server.getAddress().getPort() + "/";
            Ran alerts = run(url, "alert", "A", "sev=~pa.*", "--date.format=2006-01-02");
            assertThat(alerts.out().lines().map(String::stripTrailing))
                    .containsExactly(
                            "Alertname  Starts At   Summary     State", "A          2026-11-25  short text  active");
            assertThat(asked.getLast())
                    .contains("active=true&inhibited=false&silenced=false&unprocessed=false")
                    .contains("filter=alertname%3D%22A%22&filter=sev%3D%7Epa.*");
            assertThat(run("silence", "add", "A", "--author=me", "--comment=why", "-d", "2h", url)
                            .out())
                    .isEqualTo("the-id\n");
            assertThat(asked.getLast()).contains("\"name\":\"alertname\",\"value\":\"A\"", "\"createdBy\":\"me\"");
            assertThat(run(url, "silence", "add", "A").err()).isEqualTo("amtool: error: comment required by config\n");
            assertThat(run(url, "silence", "add", "--comment=c").err())
                    .isEqualTo("amtool: error: no matchers specified\n");
            assertThat(run(url, "silence", "query", "-o", "json").out()).isEqualTo("[]\n");
            assertThat(run(url, "silence", "expire").status()).isEqualTo(1);
        } finally {
            server.stop(0);
        }
    }
}
