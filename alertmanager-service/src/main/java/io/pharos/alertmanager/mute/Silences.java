package io.pharos.alertmanager.mute;

import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All silences and their life cycle (`silence/silence.go`, Alertmanager 0.34). No clock, no disk; thread-safe by
/// its own lock.
public final class Silences {
    /// How many silences are kept, expired ones included, and how large one may be; 0 means any.
    public record Limits(int maxSilences, int maxSizeBytes) {
        public static final Limits NONE = new Limits(0, 0);
    }

    /// What a change led to. `changed` is to be kept and told to the replicas.
    public sealed interface Result {
        record Stored(String id, List<Silence> changed) implements Result {}

        record NotFound() implements Result {}

        record Invalid(String why) implements Result {}
    }

    private final Map<String, Silence> byId = new LinkedHashMap<>();
    private final Limits limits;
    private final Duration retention;
    private final Supplier<String> ids;
    private long queries;
    private long scanned;
    private DoubleConsumer timing = _ -> {};

    /// @param retention how long an expired silence is kept
    /// @param ids makes UUIDs
    public Silences(Limits limits, Duration retention, Supplier<String> ids) {
        this.limits = limits;
        this.retention = retention;
        this.ids = ids;
    }

    /// Creates `wanted`, or changes the silence with its id: in place where only comment, creator, annotations,
    /// end, or a start that still lies ahead change, else as a new one that replaces it. An empty id creates.
    public synchronized Result set(Silence wanted, Instant now) {
        Silence known = byId.get(wanted.id());
        if (!wanted.id().isEmpty() && known == null) {
            return new Result.NotFound();
        }
        String problem = problemOf(wanted);
        if (problem != null) {
            return new Result.Invalid("invalid silence: " + problem);
        }
        if (known != null && mayChangeInto(known, wanted, now)) {
            Silence updated = wanted.withTimes(wanted.startsAt(), wanted.endsAt(), now);
            String tooLarge = sizeProblem(updated);
            if (tooLarge != null) {
                return new Result.Invalid(tooLarge);
            }
            byId.put(updated.id(), updated);
            return new Result.Stored(updated.id(), List.of(updated));
        }
        if (limits.maxSilences() > 0 && byId.size() + 1 > limits.maxSilences()) {
            return new Result.Invalid(
                    "exceeded maximum number of silences: " + byId.size() + " (limit: " + limits.maxSilences() + ")");
        }
        Instant start = wanted.startsAt().isBefore(now) ? now : wanted.startsAt();
        Silence created = wanted.withId(ids.get()).withTimes(start, wanted.endsAt(), now);
        String tooLarge = sizeProblem(created);
        if (tooLarge != null) {
            return new Result.Invalid(tooLarge);
        }
        var changed = new ArrayList<Silence>();
        if (known != null && known.stateAt(now) != Silence.State.EXPIRED) {
            Silence ended = ended(known, now);
            byId.put(ended.id(), ended);
            changed.add(ended);
        }
        byId.put(created.id(), created);
        changed.add(created);
        return new Result.Stored(created.id(), List.copyOf(changed));
    }

    private static boolean mayChangeInto(Silence known, Silence wanted, Instant now) {
        if (!known.matchers().equals(wanted.matchers())) {
            return false;
        }
        return switch (known.stateAt(now)) {
            case ACTIVE ->
                known.startsAt().getEpochSecond() == wanted.startsAt().getEpochSecond()
                        && !wanted.endsAt().isBefore(now);
            case PENDING -> !wanted.startsAt().isBefore(now);
            case EXPIRED -> false;
        };
    }

    private static @Nullable String problemOf(Silence silence) {
        if (silence.matchers().isEmpty()) {
            return "at least one matcher set required";
        }
        if (silence.matchers().stream().allMatch(Silences::coversEmpty)) {
            return "matcher set 0: at least one matcher must not match the empty string";
        }
        if (silence.endsAt().isBefore(silence.startsAt())) {
            return "end time must not be before start time";
        }
        return null;
    }

    private static boolean coversEmpty(AlertMatcher matcher) {
        return (matcher.type() == Matcher.Type.EQUAL || matcher.type() == Matcher.Type.REGEX) && matcher.matches("");
    }

    private @Nullable String sizeProblem(Silence silence) {
        int size = SilenceCodec.encode(silence).length;
        return limits.maxSizeBytes() > 0 && size > limits.maxSizeBytes()
                ? "silence exceeded maximum size: " + size + " bytes (limit: " + limits.maxSizeBytes() + " bytes)"
                : null;
    }

    /// Ends a silence now; an expired one stays as it is.
    public synchronized Result expire(String id, Instant now) {
        Silence known = byId.get(id);
        if (known == null) {
            return new Result.NotFound();
        }
        if (known.stateAt(now) == Silence.State.EXPIRED) {
            return new Result.Stored(id, List.of());
        }
        Silence ended = ended(known, now);
        byId.put(id, ended);
        return new Result.Stored(id, List.of(ended));
    }

    private static Silence ended(Silence silence, Instant now) {
        return silence.stateAt(now) == Silence.State.PENDING
                ? silence.withTimes(now, now, now)
                : silence.withTimes(silence.startsAt(), now, now);
    }

    /// The ids of the active silences that cover an alert with `labels`.
    public synchronized List<String> covering(Labels labels, Instant now) {
        long began = System.nanoTime();
        queries++;
        scanned += byId.size();
        var found = new ArrayList<String>();
        for (Silence silence : byId.values()) {
            if (silence.stateAt(now) == Silence.State.ACTIVE && silence.matches(labels)) {
                found.add(silence.id());
            }
        }
        timing.accept((System.nanoTime() - began) / 1e9);
        return found;
    }

    /// Tells `seconds` what each [#covering] takes.
    public synchronized void timed(DoubleConsumer seconds) {
        this.timing = seconds;
    }

    /// How many silences [#covering] went through.
    public synchronized double scanned() {
        return scanned;
    }

    /// How many there are.
    public synchronized int size() {
        return byId.size();
    }

    /// How often [#covering] was asked.
    public synchronized double queries() {
        return queries;
    }

    public synchronized Optional<Silence> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    public synchronized List<Silence> all() {
        return List.copyOf(byId.values());
    }

    /// Takes a silence of a replica, or of the disk, where it is not past its retention and newer than ours.
    /// Whether it was taken.
    public synchronized boolean merge(Silence silence, Instant now) {
        if (silence.endsAt().plus(retention).isBefore(now)) {
            return false;
        }
        Silence known = byId.get(silence.id());
        if (known != null && !known.updatedAt().isBefore(silence.updatedAt())) {
            return false;
        }
        byId.put(silence.id(), silence);
        return true;
    }

    /// Forgets silences past their retention, and says which.
    public synchronized List<String> collect(Instant now) {
        var gone = new ArrayList<String>();
        byId.values().removeIf(silence -> {
            boolean old = !silence.endsAt().plus(retention).isAfter(now);
            if (old) {
                gone.add(silence.id());
            }
            return old;
        });
        return gone;
    }
}
