package io.pharos.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The arrows of the house: who may know whom.
class ArchitectureTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.pharos");

    private static final List<String> SERVICES =
            List.of("scraper", "storage", "query", "rule", "alertmanager", "notifier");

    @Test
    void noServiceKnowsAnother() {
        for (String service : SERVICES) {
            String[] others = SERVICES.stream()
                    .filter(other -> !other.equals(service))
                    .map(other -> "io.pharos." + other + "..")
                    .toArray(String[]::new);
            check(noClasses()
                    .that()
                    .resideInAPackage("io.pharos." + service + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others));
        }
    }

    @Test
    void sharedModulesKnowNoService() {
        String[] services = SERVICES.stream().map(s -> "io.pharos." + s + "..").toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAnyPackage("io.pharos.model..", "io.pharos.runtime..", "io.pharos.discovery..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(services));
        check(noClasses()
                .that()
                .resideInAnyPackage("io.pharos..")
                .and()
                .resideOutsideOfPackage("io.pharos.standalone..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.pharos.standalone.."));
    }

    @Test
    void theModelKnowsTheJdkAndPureLibrariesAlone() {
        check(noClasses()
                .that()
                .resideInAPackage("io.pharos.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "io.netty..",
                        "reactor..",
                        "org.rocksdb..",
                        "io.micrometer..",
                        "io.pharos.runtime..",
                        "io.pharos.discovery.."));
    }

    @Test
    void discoveryIsForScraperAndRuleOnly() {
        check(noClasses()
                .that()
                .resideInAnyPackage(
                        "io.pharos.storage..",
                        "io.pharos.query..",
                        "io.pharos.alertmanager..",
                        "io.pharos.notifier..",
                        "io.pharos.runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.pharos.discovery.."));
    }

    @Test
    void theQueryServiceDoesNotKnowHowSamplesAreStored() {
        check(noClasses()
                .that()
                .resideInAnyPackage(
                        "io.pharos.query..", "io.pharos.scraper..", "io.pharos.rule..", "io.pharos.notifier..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.rocksdb.."));
    }

    @Test
    void arrowsInsideTheModelNeverTurnBack() {
        // Each package with those it may know, besides itself.
        Map<String, List<String>> arrows = Map.ofEntries(
                Map.entry("text", List.of()),
                Map.entry("labels", List.of("text")),
                Map.entry("sample", List.of("labels", "text", "histogram")),
                Map.entry("histogram", List.of("labels", "text", "sample")),
                Map.entry("chunk", List.of("sample", "histogram", "text", "labels")),
                Map.entry("alert", List.of("labels", "text")),
                Map.entry("promql", List.of("labels", "text", "sample", "histogram", "port")),
                Map.entry("relabel", List.of("labels", "text")),
                Map.entry("template", List.of("text", "labels")),
                Map.entry("exposition", List.of("labels", "text", "sample", "histogram")),
                Map.entry("port", List.of("labels", "sample", "chunk", "histogram", "alert", "text")));
        arrows.forEach((name, known) -> {
            String[] strangers = arrows.keySet().stream()
                    .filter(other -> !other.equals(name) && !known.contains(other))
                    .map(other -> "io.pharos.model." + other + "..")
                    .toArray(String[]::new);
            check(noClasses()
                    .that()
                    .resideInAPackage("io.pharos.model." + name + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(strangers));
            check(noClasses()
                    .that()
                    .resideInAPackage("io.pharos.model." + name + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.pharos.model.config..", "io.pharos.model.wire.."));
        });
    }

    @Test
    void portsEnginesAndStoresArePlainJava() {
        check(noClasses()
                .that()
                .resideInAnyPackage(
                        "io.pharos.query",
                        "io.pharos.query.plan..",
                        "io.pharos.query.operator..",
                        "io.pharos.query.function..",
                        "io.pharos.storage.head..",
                        "io.pharos.storage.log..",
                        "io.pharos.storage.partition..",
                        "io.pharos.rule.group..",
                        "io.pharos.alertmanager.group..",
                        "io.pharos.alertmanager.mute..",
                        "io.pharos.alertmanager.route..")
                .and()
                .haveSimpleNameNotEndingWith("Configuration")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("reactor.."));
    }

    @Test
    void everyClassHasFoundItsNoun() {
        check(classes()
                .that()
                .resideInAPackage("io.pharos..")
                .should()
                .haveNameNotMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl|Common)(\\$.*)?"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(HOUSE);
    }
}
