package io.pharos.model.relabel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.labels.BadRegexException;
import io.pharos.model.labels.Labels;
import io.pharos.model.relabel.RelabelRule.Action;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelabelerTest {
    private static final Labels START = Labels.of("a", "foo", "b", "bar", "c", "baz");

    @Test
    void lettersChangeTheirCaseOneByOne() {
        var labels = Labels.of("a", "İıǅΣς ß");
        assertThat(new Relabeler(List.of(
                                RelabelRule.of(Action.LOWERCASE, List.of("a"), "(.*)", "low", "$1"),
                                RelabelRule.of(Action.UPPERCASE, List.of("a"), "(.*)", "up", "$1")))
                        .apply(labels))
                .contains(labels.with("low", "iıǆσς ß").with("up", "İIǄΣΣ ß"));
    }

    @Test
    void replaceFillsTheTargetFromGroups() {
        assertThat(apply(replace(List.of("a"), "f(.*)", "d", "ch${1}-ch${1}"))).isEqualTo(START.with("d", "choo-choo"));
    }

    @Test
    void replaceJoinsSourcesBySeparator() {
        assertThat(apply(replace(List.of("a", "missing", "b"), "(.*)", "d", "$1")))
                .isEqualTo(START.with("d", "foo;;bar"));
    }

    @Test
    void replaceWithoutMatchChangesNothing() {
        assertThat(apply(replace(List.of("a"), "oo", "d", "hit"))).isEqualTo(START);
    }

    @Test
    void anEmptyReplacementRemovesTheTarget() {
        assertThat(apply(replace(List.of("a"), "foo", "b", ""))).isEqualTo(START.without("b"));
    }

    @Test
    void theTargetMayBeATemplateAndAnEmptyOneIsNoTarget() {
        assertThat(apply(replace(List.of("a", "b"), "(.+);(.+)", "n_$1", "$2"))).isEqualTo(START.with("n_foo", "bar"));
        assertThat(apply(replace(List.of("missing"), "(.*)", "${1}", "v"))).isEqualTo(START);
    }

    @Test
    void legacyNamesRefuseOtherTargets() {
        var rule =
                new RelabelRule(List.of("a"), ";", RelabelRegex.DEFAULT, 0, "dotted.label", "$1", Action.REPLACE, true);
        assertThat(apply(rule)).isEqualTo(START);
        assertThat(apply(replace(List.of("a"), "(.*)", "dotted.label", "$1")))
                .isEqualTo(START.with("dotted.label", "foo"));
    }

    @Test
    void templatesAreExpandedAsGoDoes() {
        Labels in = Labels.of("x", "Foo");
        assertThat(expand(in, "(F)(?P<rest>.*)", "${rest}$1$$")).isEqualTo("ooF$");
        assertThat(expand(in, "(F)(.*)", "$1x$2")).isEqualTo("oo");
        assertThat(expand(in, "(F)(.*)", "${1}x${3}$")).isEqualTo("Fx$");
        assertThat(expand(in, "(F)(.*)", "${1x $-")).isEqualTo("${1x $-");
        assertThat(expand(in, "(F)(.*)", "$0$01")).isEqualTo("Foo");
    }

    @Test
    void keepAndDropLookAtTheJoinedValue() {
        assertThat(new Relabeler(List.of(RelabelRule.of(Action.DROP, List.of("a", "b"), "foo;bar", "", "$1")))
                        .apply(START))
                .isEmpty();
        assertThat(new Relabeler(List.of(RelabelRule.of(Action.KEEP, List.of("a"), "f|g", "", "$1"))).apply(START))
                .isEmpty();
        assertThat(apply(RelabelRule.of(Action.KEEP, List.of("a"), "f.*", "", "$1")))
                .isEqualTo(START);
    }

    @Test
    void keepequalAndDropequalCompareWithTheTarget() {
        var same = Labels.of("x", "v", "y", "v");
        assertThat(new Relabeler(List.of(RelabelRule.of(Action.KEEPEQUAL, List.of("x"), "(.*)", "y", "$1")))
                        .apply(same))
                .contains(same);
        assertThat(new Relabeler(List.of(RelabelRule.of(Action.DROPEQUAL, List.of("x"), "(.*)", "y", "$1")))
                        .apply(same))
                .isEmpty();
    }

    @Test
    void hashmodIsTheTailOfMd5() {
        var rule = new RelabelRule(List.of("c"), ";", RelabelRegex.DEFAULT, 1000, "d", "$1", Action.HASHMOD, false);
        assertThat(apply(rule)).isEqualTo(START.with("d", "976"));
    }

    @Test
    void labelmapMayLeaveNothingOfAName() {
        var rule = RelabelRule.of(Action.LABELMAP, List.of(), "meta_(.+)", "", "$2");
        assertThat(new Relabeler(List.of(rule))
                        .apply(Labels.of("meta_a", "1"))
                        .orElseThrow()
                        .toString())
                .isEqualTo("{\"\"=\"1\", meta_a=\"1\"}");
    }

    @Test
    void labelmapKeepsTheOriginal() {
        var in = Labels.of("meta_one", "1", "meta_two", "2");
        assertThat(new Relabeler(List.of(RelabelRule.of(Action.LABELMAP, List.of(), "meta_(.+)", "", "m_$1")))
                        .apply(in))
                .contains(Labels.of("meta_one", "1", "meta_two", "2", "m_one", "1", "m_two", "2"));
    }

    @Test
    void labeldropAndLabelkeepGoByName() {
        assertThat(apply(RelabelRule.of(Action.LABELDROP, List.of(), "a|b", "", "$1")))
                .isEqualTo(START.keep("c"));
        assertThat(apply(RelabelRule.of(Action.LABELKEEP, List.of(), "a|b", "", "$1")))
                .isEqualTo(START.without("c"));
    }

    @Test
    void caseActionsRewriteTheTarget() {
        assertThat(apply(RelabelRule.of(Action.UPPERCASE, List.of("a"), "(.*)", "d", "$1")))
                .isEqualTo(START.with("d", "FOO"));
        assertThat(Action.of("LowerCase")).contains(Action.LOWERCASE);
        assertThat(Action.of("frobnicate")).isEmpty();
    }

    @Test
    void stepsEndAtTheRuleThatDrops() {
        var rules = List.of(
                replace(List.of("a"), "(.*)", "d", "$1"),
                RelabelRule.of(Action.DROP, List.of("d"), "foo", "", "$1"),
                replace(List.of("a"), "(.*)", "e", "$1"));
        assertThat(new Relabeler(rules).steps(START))
                .containsExactly(
                        new Relabeler.Step(rules.get(0), START.with("d", "foo"), true),
                        new Relabeler.Step(rules.get(1), Labels.EMPTY, false));
    }

    @Test
    void aBadExpressionIsRefused() {
        assertThatThrownBy(() -> RelabelRegex.compile("a(")).isInstanceOf(BadRegexException.class);
    }

    private static Object apply(RelabelRule rule) {
        return new Relabeler(List.of(rule)).apply(START).orElseThrow();
    }

    private static String expand(Labels in, String regex, String template) {
        return new Relabeler(List.of(replace(List.of("x"), regex, "t", template)))
                .apply(in)
                .orElseThrow()
                .get("t");
    }

    private static RelabelRule replace(List<String> sources, String regex, String target, String replacement) {
        return RelabelRule.of(Action.REPLACE, sources, regex, target, replacement);
    }
}
