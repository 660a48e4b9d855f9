package io.pharos.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryResult;
import io.pharos.model.promql.Expr;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.wire.ApiJson;
import io.pharos.model.wire.JsonWriter;
import io.pharos.testkit.MemoryStore;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks a real Prometheus and our engine the same random questions over the same data. A tool for people: it runs where
/// `prometheus.bin` names the folder of `prometheus`. `seed` and `queries` choose what is asked, `delayed` turns
/// delayed name removal on.
@EnabledIfSystemProperty(named = "prometheus.bin", matches = ".+")
class PrometheusDifferenceTest {
    private static final long MINUTE = 60_000;
    private static final String FEATURES = "promql-experimental-functions,native-histograms"
            + (Boolean.getBoolean("delayed") ? ",promql-delayed-name-removal" : "");

    private final JsonMapper json = new JsonMapper();

    @TempDir
    private Path folder;

    private interface Ask {
        QueryResult ask();
    }

    @Test
    void randomExpressionsHaveTheSameAnswer() throws Exception {
        long seed = Long.getLong("seed", 1);
        int queries = Integer.getInteger("queries", 300);
        var random = new Random(seed);
        var store = new MemoryStore();
        var series = new RandomSeries(random);
        series.into(store);
        FeatureFlags flags = FeatureFlags.parse(List.of(FEATURES));
        var parser = new PromqlParser(flags);
        var differences = new ArrayList<String>();
        long depths = 0;
        int filled = 0;
        int failed = 0;
        int fresh = 0;
        try (var engine = new QueryEngine(store, flags, QueryLimits.DEFAULT, InstantSource.system());
                var reference = new ReferenceServer(program(), folder, FEATURES)) {
            for (byte[] write : series.writes()) {
                reference.write(write);
            }
            var expressions = new RandomExpressions(random);
            for (int i = 0; i < queries; i++) {
                String expression = System.getProperty("expression", expressions.next());
                depths += depth(parser.parse(expression));
                long at = RandomSeries.BASE + 20 * MINUTE + random.nextInt(80) * MINUTE + random.nextInt(1000);
                long step = (1 + random.nextInt(5)) * MINUTE;
                long end = at + 10 * step;
                JsonNode ours = answer(
                        () -> engine.run(QueryRequest.instant(expression, at)).result());
                filled += ours.path("data").path("result").isEmpty() ? 0 : 1;
                failed += ours.path("error").isMissingNode() ? 0 : 1;
                Question question = server -> {
                    String difference = among(() -> server.instant(expression, at), ours, false);
                    if (difference == null) {
                        JsonNode second = answer(() -> engine.run(QueryRequest.range(expression, at, end, step))
                                .result());
                        difference = among(() -> server.range(expression, at, end, step), second, true);
                    }
                    return difference;
                };
                String difference = question.difference(reference);
                if (difference != null) {
                    difference = afresh(question, series);
                    fresh++;
                }
                if (difference != null) {
                    differences.add(expression + "\n    from " + at + " to " + end + " by " + step + ": " + difference);
                }
            }
        }
        differences.stream().limit(60).forEach(System.out::println);
        System.out.printf(
                "%d of %d equal (%d asked afresh), seed %d, mean depth %.1f,"
                        + " %.1f %% with a result, %.1f %% errors%n",
                queries - differences.size(),
                queries,
                fresh,
                seed,
                (double) depths / queries,
                100.0 * filled / queries,
                100.0 * failed / queries);
        assertThat(differences).isEmpty();
    }

    private interface AskReference {
        JsonNode ask() throws Exception;
    }

    /// What differs. Where Prometheus goes through a hash map, it chooses among equal values anew each time: a question
    /// that it does not answer the same way twice has no answer to compare.
    private static @Nullable String among(AskReference reference, JsonNode ours, boolean range) throws Exception {
        JsonNode theirs = reference.ask();
        String difference = AnswerDifference.of(theirs, ours, range);
        for (int i = 0; i < 20 && difference != null; i++) {
            if (AnswerDifference.of(reference.ask(), theirs, range) != null) {
                return null;
            }
        }
        return difference;
    }

    /// What differs if a Prometheus that was asked nothing before is asked. Releases before 3.14 reuse native
    /// histograms
    /// from query to query, and then the answer to one is spoilt by others.
    private @Nullable String afresh(Question question, RandomSeries series) throws Exception {
        Path data = Files.createTempDirectory(folder, "fresh");
        try (var reference = new ReferenceServer(program(), data, FEATURES)) {
            for (byte[] write : series.writes()) {
                reference.write(write);
            }
            return question.difference(reference);
        }
    }

    private static Path program() {
        return Path.of(System.getProperty("prometheus.bin"), "prometheus");
    }

    private interface Question {
        @Nullable
        String difference(ReferenceServer reference) throws Exception;
    }

    private JsonNode answer(Ask ask) {
        QueryResult result;
        try {
            result = ask.ask();
        } catch (ApiException e) {
            return json.valueToTree(Map.of("status", "error", "error", e.text()));
        }
        var bytes = new ByteArrayOutputStream();
        var out = new JsonWriter(bytes);
        out.beginObject().field("status", "success").name("data").beginObject();
        ApiJson.members(result.value(), out);
        out.endObject();
        out.name("warnings").texts(result.warnings()).name("infos").texts(result.infos());
        out.endObject().flush();
        return json.readTree(bytes.toByteArray());
    }

    private static int depth(Expr expr) {
        int below =
                switch (expr) {
                    case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.VectorSelector _ -> 0;
                    case Expr.MatrixSelector _ -> 1;
                    case Expr.Subquery s -> depth(s.expr());
                    case Expr.Unary u -> depth(u.expr());
                    case Expr.Paren p -> depth(p.expr()) - 1;
                    case Expr.Binary b -> Math.max(depth(b.left()), depth(b.right()));
                    case Expr.Aggregation a -> depth(a.expr());
                    case Expr.Call c ->
                        c.arguments().stream()
                                .mapToInt(PrometheusDifferenceTest::depth)
                                .max()
                                .orElse(0);
                };
        return below + 1;
    }
}
