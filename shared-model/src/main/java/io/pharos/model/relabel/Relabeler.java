package io.pharos.model.relabel;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.relabel.RelabelRegex.Groups;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Applies relabelling rules in order. Immutable, thread-safe.
public final class Relabeler {
    /// No rules: keeps everything as it is.
    public static final Relabeler NONE = new Relabeler(List.of());

    private final List<RelabelRule> rules;

    /// What one rule made of the label set: its output, empty where the set was dropped.
    public record Step(RelabelRule rule, Labels output, boolean kept) {}

    public Relabeler(List<RelabelRule> rules) {
        this.rules = List.copyOf(rules);
    }

    public List<RelabelRule> rules() {
        return rules;
    }

    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /// Rewrites `labels` in place and says whether they are kept. What is in the builder after a drop is of no use.
    public boolean apply(LabelsBuilder labels) {
        for (RelabelRule rule : rules) {
            if (!apply(rule, labels)) {
                return false;
            }
        }
        return true;
    }

    /// The rewritten labels, or nothing where they are dropped.
    public Optional<Labels> apply(Labels labels) {
        if (rules.isEmpty()) {
            return Optional.of(labels);
        }
        var builder = new LabelsBuilder(labels);
        return apply(builder) ? Optional.of(builder.build()) : Optional.empty();
    }

    /// Every rule with what it made of the labels, up to the one that drops them.
    public List<Step> steps(Labels labels) {
        var builder = new LabelsBuilder(labels);
        var steps = new ArrayList<Step>();
        for (RelabelRule rule : rules) {
            boolean kept = apply(rule, builder);
            steps.add(new Step(rule, kept ? builder.build() : Labels.EMPTY, kept));
            if (!kept) {
                break;
            }
        }
        return steps;
    }

    private static boolean apply(RelabelRule rule, LabelsBuilder labels) {
        String value = joined(rule, labels);
        switch (rule.action()) {
            case KEEP -> {
                return rule.regex().matches(value);
            }
            case DROP -> {
                return !rule.regex().matches(value);
            }
            case KEEPEQUAL -> {
                return labels.get(rule.targetLabel()).equals(value);
            }
            case DROPEQUAL -> {
                return !labels.get(rule.targetLabel()).equals(value);
            }
            case REPLACE -> replace(rule, value, labels);
            case HASHMOD -> labels.set(rule.targetLabel(), Long.toUnsignedString(hashMod(value, rule.modulus())));
            case LOWERCASE -> labels.set(rule.targetLabel(), mapped(value, Character::toLowerCase));
            case UPPERCASE -> labels.set(rule.targetLabel(), mapped(value, Character::toUpperCase));
            case LABELMAP -> map(rule, labels);
            case LABELDROP -> {
                for (String name : labels.names()) {
                    if (rule.regex().matches(name)) {
                        labels.remove(name);
                    }
                }
            }
            case LABELKEEP -> {
                for (String name : labels.names()) {
                    if (!rule.regex().matches(name)) {
                        labels.remove(name);
                    }
                }
            }
        }
        return true;
    }

    /// As Go does it: character by character, none becomes two, none looks at its neighbours.
    private static String mapped(String value, IntUnaryOperator change) {
        var out = new StringBuilder(value.length());
        value.codePoints().map(change).forEach(out::appendCodePoint);
        return out.toString();
    }

    private static String joined(RelabelRule rule, LabelsBuilder labels) {
        List<String> sources = rule.sourceLabels();
        if (sources.size() == 1) {
            return labels.get(sources.getFirst());
        }
        var joined = new StringBuilder();
        for (int i = 0; i < sources.size(); i++) {
            if (i > 0) {
                joined.append(rule.separator());
            }
            joined.append(labels.get(sources.get(i)));
        }
        return joined.toString();
    }

    private static void replace(RelabelRule rule, String value, LabelsBuilder labels) {
        Groups groups = rule.regex().match(value);
        if (groups == null) {
            return;
        }
        String target = groups.expand(rule.targetLabel());
        boolean valid = rule.legacyNames() ? Labels.isLegacyName(target) : !target.isEmpty();
        if (valid) {
            labels.set(target, groups.expand(rule.replacement()));
        }
    }

    private static void map(RelabelRule rule, LabelsBuilder labels) {
        // From a snapshot: labels set by this rule are not mapped again.
        var names = labels.names();
        var values = new ArrayList<String>(names.size());
        for (String name : names) {
            values.add(labels.get(name));
        }
        for (int i = 0; i < names.size(); i++) {
            Groups groups = rule.regex().match(names.get(i));
            if (groups != null) {
                // Even where nothing is left of the name: whoever takes the labels then refuses them, as in Prometheus.
                labels.put(groups.expand(rule.replacement()), values.get(i));
            }
        }
    }

    /// The last 8 bytes of the value's MD5, big-endian, modulo `modulus`; both unsigned.
    private static long hashMod(String value, long modulus) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(value.getBytes(StandardCharsets.UTF_8));
            long hash = 0;
            for (int i = 8; i < 16; i++) {
                hash = hash << 8 | digest[i] & 0xff;
            }
            return Long.remainderUnsigned(hash, modulus);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: this JVM has no MD5", e);
        }
    }

    /// Two are equal when their rules are.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Relabeler relabeler && rules.equals(relabeler.rules);
    }

    @Override
    public int hashCode() {
        return rules.hashCode();
    }
}
