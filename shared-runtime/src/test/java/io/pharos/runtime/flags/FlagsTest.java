package io.pharos.runtime.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlagsTest {
    private static Flags standalone(String... arguments) {
        return Flags.parse(Program.STANDALONE, List.of(arguments));
    }

    @Test
    void valuesStandBehindAnEqualsSignOrInTheNextArgument() {
        Flags flags =
                standalone("--config.file=a.yml", "--query.timeout", "90s", "--storage.tsdb.retention.size=1.5GB");
        assertThat(flags.text("config.file")).isEqualTo("a.yml");
        assertThat(flags.durationMs("query.timeout")).isEqualTo(90_000);
        assertThat(flags.bytes("storage.tsdb.retention.size")).isEqualTo(3L << 29);
        assertThat(flags.number("storage.remote.read-sample-limit")).isEqualTo(50_000_000);
        assertThat(flags.given("query.timeout")).isTrue();
        assertThat(flags.given("query.max-samples")).isFalse();
    }

    @Test
    void switchesAreBareOrNegated() {
        Flags flags = standalone("--web.enable-lifecycle", "--no-auto-gomaxprocs");
        assertThat(flags.enabled("web.enable-lifecycle")).isTrue();
        assertThat(flags.enabled("auto-gomaxprocs")).isFalse();
        assertThat(flags.enabled("web.enable-admin-api")).isFalse();
    }

    @Test
    void repeatableFlagsCollectAndOthersRefuse() {
        Flags flags = standalone("--enable-feature=a,b", "--enable-feature=c");
        assertThat(flags.list("enable-feature")).containsExactly("a,b", "c");
        assertThatThrownBy(() -> standalone("--config.file=a", "--config.file=b"))
                .hasMessage("flag 'config.file' cannot be repeated");
    }

    @Test
    void alertmanagersFlagsArePrefixedInStandaloneOnly() {
        Flags together = standalone("--alertmanager.config.file=am.yml", "--web.route-prefix=/p");
        assertThat(together.text("config.file")).isEqualTo("prometheus.yml");
        assertThat(together.alertmanager().text("config.file")).isEqualTo("am.yml");
        assertThat(together.alertmanager().text("web.route-prefix")).isEqualTo("/p");
        Flags alone = Flags.parse(Program.ALERTMANAGER, List.of("--config.file=am.yml", "--data.retention=5d"));
        assertThat(alone.alertmanager().text("config.file")).isEqualTo("am.yml");
        assertThat(alone.alertmanager().durationMs("data.retention")).isEqualTo(5 * 86_400_000L);
        assertThat(alone.list("web.listen-address")).containsExactly(":9093");
    }

    @Test
    void anEmptyClusterAddressIsGivenAndEmpty() {
        Flags flags = standalone("--alertmanager.cluster.listen-address=").alertmanager();
        assertThat(flags.given("cluster.listen-address")).isTrue();
        assertThat(flags.text("cluster.listen-address")).isEmpty();
    }

    @Test
    void errorsAreInTheWordsOfKingpin() {
        assertThatThrownBy(() -> standalone("--foo")).hasMessage("unknown long flag '--foo'");
        assertThatThrownBy(() -> standalone("--config.fil=x"))
                .hasMessage("unknown long flag '--config.fil'; did you mean --config.file?");
        assertThatThrownBy(() -> standalone("-x")).hasMessage("unknown short flag '-x'");
        assertThatThrownBy(() -> standalone("x")).hasMessage("unexpected x");
        assertThatThrownBy(() -> standalone("--config.file")).hasMessage("expected argument for flag '--config.file'");
        assertThatThrownBy(() -> standalone("--query.timeout=x")).hasMessage("not a valid duration string: \"x\"");
        assertThatThrownBy(() -> standalone("--query.max-samples=x"))
                .hasMessage("strconv.ParseFloat: parsing \"x\": invalid syntax");
        assertThatThrownBy(() -> standalone("--log.level=x")).hasMessage("unrecognized log level x");
        assertThatThrownBy(() -> standalone("--storage.tsdb.retention.size=5")).hasMessage("units: unknown unit  in 5");
    }

    @Test
    void whatIsNotBuiltIsRefusedAndWhatHasNoEffectIsNamed() {
        assertThatThrownBy(() -> standalone("--agent"))
                .hasMessage("--agent is not built yet; leave it out, or start with --pharos.skip-unsupported");
        assertThat(standalone("--no-agent").enabled("agent")).isFalse();
        assertThat(standalone("--agent", "--pharos.skip-unsupported", "--web.console.templates=x")
                        .withoutEffect())
                .containsExactly("agent", "web.console.templates");
    }

    @Test
    void aServiceRefusesFlagsOfOthers() {
        assertThatThrownBy(() -> Flags.parse(Program.SCRAPER, List.of("--query.timeout=1s")))
                .hasMessageStartingWith("unknown long flag '--query.timeout'");
    }

    @Test
    void theMapHasPrometheusFlagsInGoFormat() {
        var map = standalone("--pharos.skip-unsupported").asMap();
        assertThat(map)
                .containsEntry("query.lookback-delta", "5m")
                .containsEntry("storage.remote.read-sample-limit", "50000000")
                .containsEntry("storage.tsdb.retention.size", "0B")
                .containsEntry("auto-gomemlimit.ratio", "0.9")
                .containsEntry("enable-feature", "")
                .containsEntry("pharos.skip-unsupported", "true")
                .containsEntry("alertmanager.notification-batch-size", "256")
                .doesNotContainKey("alertmanager.config.file");
    }

    @Test
    void helpListsEveryFlagThatIsNotHidden() {
        assertThat(Flags.help(Program.STANDALONE))
                .contains("--storage.tsdb.path=data/")
                .contains("--[no-]web.enable-lifecycle")
                .doesNotContain("scrape.adjust-timestamps");
    }

    @Test
    void assumedDefaultsYieldToTheCommandLineAndCountAsNotGiven() {
        Flags flags = Flags.parse(Program.STANDALONE, List.of("--config.file=mine.yml"))
                .assuming(Map.of("config.file", "shipped.yml", "alertmanager.config.file", "shipped-am.yml"));
        assertThat(flags.text("config.file")).isEqualTo("mine.yml");
        assertThat(flags.alertmanager().text("config.file")).isEqualTo("shipped-am.yml");
        assertThat(flags.given("alertmanager.config.file")).isFalse();
        assertThat(flags.asMap()).doesNotContainKey("alertmanager.config.file");
    }
}
