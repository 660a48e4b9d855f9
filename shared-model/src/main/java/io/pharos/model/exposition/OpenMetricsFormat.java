package io.pharos.model.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricType;
import io.pharos.model.text.GoText;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `application/openmetrics-text`, versions 1.0.0 and 0.0.1 (`model/textparse/openmetricsparse.go`).
///
/// One space between tokens, `# EOF` at the end. As in Prometheus, the order of families, the suffixes of names and the
/// signs of counters are not checked.
final class OpenMetricsFormat extends LineFormat {
    private static final String CREATED = "_created";
    private static final MetricType[] TYPES = MetricType.values();
    private static final byte[][] TYPE_NAMES =
            ascii(Arrays.stream(TYPES).map(MetricType::text).toArray(String[]::new));

    private final boolean startTimestamps;
    private final ExposedLabels scratch = new ExposedLabels();

    /// Start timestamps of the family now read by labels; null before they were looked for.
    private @Nullable Map<Labels, Long> starts;

    private @Nullable OpenMetricsFormat ahead;
    private int[] exemplarOffsets = new int[8];
    private int exemplarOffsetCount;
    private double exemplarValue;
    private boolean hasExemplar;
    private boolean exemplarHasTime;
    private long exemplarMs;

    OpenMetricsFormat(boolean startTimestamps) {
        this.startTimestamps = startTimestamps;
    }

    @Override
    public String text() {
        return unescape(rawText(), true);
    }

    @Override
    LineFormat again() {
        return new OpenMetricsFormat(false);
    }

    @Override
    public void reset(byte[] body, int length) {
        // Not part of the body; stops the quick reading of numbers.
        body[length] = '\n';
        bytes = body;
        key = body;
        end = length;
        at = 0;
        state = INIT;
        type = MetricType.UNKNOWN;
        unit = "";
        starts = null;
    }

    @Override
    public Entry next(byte[] guess, int from, int to) {
        int length = to - from;
        if (length > 0
                && !startTimestamps
                && state == INIT
                && end - at > length
                && bytes[at] == guess[from]
                && Arrays.equals(bytes, at, at + length, guess, from, to)
                && quickValue(at + length)) {
            return Entry.SERIES;
        }
        while (true) {
            quick = false;
            Entry entry = readEntry();
            expected = entry == Entry.SERIES && isKey(guess, from, to);
            if (startTimestamps) {
                if (entry == Entry.TYPE) {
                    starts = null;
                } else if (entry == Entry.SERIES && readStart()) {
                    continue;
                }
            }
            return entry;
        }
    }

    /// Reads ` value` and the newline of an expected key that ends at `keyTo`; moves nowhere and says no where
    /// something else stands there.
    private boolean quickValue(int keyTo) {
        if (bytes[keyTo] != ' ') {
            return false;
        }
        int p = plainFloat(keyTo + 1);
        if (p < 0 || p >= end || bytes[p] != '\n') {
            return false;
        }
        keyStart = at;
        keyEnd = keyTo;
        hasTime = false;
        hasExemplar = false;
        expected = true;
        quick = true;
        at = p + 1;
        return true;
    }

    private Entry readEntry() {
        line = at;
        offsetCount = 0;
        hasExemplar = false;
        Token token = next1();
        switch (token) {
            case EOFWORD -> {
                if (next1() != Token.EOF) {
                    throw new ExpositionException("unexpected data after # EOF");
                }
                return Entry.END;
            }
            case EOF -> throw noEnd();
            case HELP, TYPE, UNIT -> {
                return readMetadata(token);
            }
            case BOPEN -> {
                offset(-1);
                offset(-1);
                readLabels(true);
                keyStart = line;
                keyEnd = at;
                return readSample(next1());
            }
            case MNAME -> {
                offset(line);
                offset(at);
                keyStart = line;
                keyEnd = at;
                Token after = next1();
                if (after == Token.BOPEN) {
                    readLabels(true);
                    keyEnd = at;
                    after = next1();
                }
                return readSample(after);
            }
            default -> throw error("expected a valid start token", token);
        }
    }

    private static ExpositionException noEnd() {
        return new ExpositionException("data does not end with # EOF");
    }

    private Entry readMetadata(Token kind) {
        Token name = next1();
        if (name != Token.MNAME) {
            throw error("expected metric name after " + kind, name);
        }
        readFamily();
        int nameFrom = bytes[start] == '"' ? start + 1 : start;
        int nameTo = bytes[start] == '"' ? at - 1 : at;
        Token after = next1();
        if (after != Token.TEXT) {
            throw new ExpositionException("expected text in " + kind);
        }
        readText(start + 1, at - 1);
        keyStart = line;
        keyEnd = at;
        return switch (kind) {
            case TYPE -> {
                readType(TYPE_NAMES, TYPES);
                yield Entry.TYPE;
            }
            case HELP -> {
                readHelp();
                yield Entry.HELP;
            }
            default -> {
                readUnit(nameFrom, nameTo);
                yield Entry.UNIT;
            }
        };
    }

    private void readUnit(int nameFrom, int nameTo) {
        String read = rawText();
        String name = new String(bytes, nameFrom, nameTo - nameFrom, UTF_8);
        if (!read.isEmpty() && !name.endsWith("_" + read)) {
            throw new ExpositionException(
                    "unit " + GoText.quote(read) + " not a suffix of metric " + GoText.quote(name));
        }
        if (!unit.equals(read)) {
            unit = read;
        }
    }

    private Entry readSample(Token token) {
        if (offsets[0] == -1) {
            throw failed("metric name not set");
        }
        value = readValue(token, "metric");
        hasTime = false;
        Token after = next1();
        switch (after) {
            case EOF -> throw noEnd();
            case LINEBREAK -> {}
            case COMMENT -> readExemplar();
            case TIMESTAMP -> {
                hasTime = true;
                timeMs = readTime("timestamp");
                Token breaking = next1();
                switch (breaking) {
                    case EOF -> throw noEnd();
                    case LINEBREAK -> {}
                    case COMMENT -> readExemplar();
                    default -> throw error("expected next entry after timestamp", breaking);
                }
            }
            // As in Prometheus, what is no token here fails the next line.
            default -> {}
        }
        return Entry.SERIES;
    }

    private double readValue(Token token, String after) {
        if (token != Token.VALUE) {
            throw error("expected value after " + after, token);
        }
        return parseFloat(start + 1, at);
    }

    /// Seconds as milliseconds.
    private long readTime(String what) {
        double seconds = parseFloat(start + 1, at);
        if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
            throw new ExpositionException("invalid " + what + " " + GoText.plain(seconds));
        }
        return (long) (seconds * 1000);
    }

    private void readExemplar() {
        // The labels go where those of the series are; they are read by the same rules, but none names a metric.
        int[] series = offsets;
        int seriesCount = offsetCount;
        offsets = exemplarOffsets;
        offsetCount = 0;
        offset(-2);
        offset(-2);
        try {
            readLabels(true);
        } finally {
            exemplarOffsets = offsets;
            exemplarOffsetCount = offsetCount;
            offsets = series;
            offsetCount = seriesCount;
        }
        exemplarValue = readValue(next1(), "exemplar labels");
        exemplarHasTime = false;
        Token after = next1();
        switch (after) {
            case EOF -> throw noEnd();
            case LINEBREAK -> {}
            case TIMESTAMP -> {
                exemplarHasTime = true;
                exemplarMs = readTime("exemplar timestamp");
                Token breaking = next1();
                if (breaking != Token.LINEBREAK) {
                    throw error("expected next entry after exemplar timestamp", breaking);
                }
            }
            default -> throw error("expected timestamp or comment", after);
        }
        hasExemplar = true;
    }

    @Override
    public void exemplars(long defaultMs, List<Exemplar> into) {
        if (!hasExemplar) {
            return;
        }
        scratch.clear();
        for (int i = 2; i + 3 < exemplarOffsetCount; i += 4) {
            String name = exemplarText(i);
            scratch.remove(name);
            scratch.add(name, exemplarText(i + 2));
        }
        into.add(new Exemplar(scratch.toLabels(), exemplarValue, exemplarHasTime ? exemplarMs : defaultMs));
    }

    /// As written: of exemplars Prometheus keeps the backslashes.
    private String exemplarText(int i) {
        return new String(bytes, exemplarOffsets[i], exemplarOffsets[i + 1] - exemplarOffsets[i], UTF_8);
    }

    /// Looks up the start timestamp of the series now read. Says yes where it is itself a `_created` series, to be
    /// skipped.
    private boolean readStart() {
        startMs = 0;
        if (type != MetricType.COUNTER && type != MetricType.HISTOGRAM && type != MetricType.SUMMARY) {
            return false;
        }
        labels(scratch);
        if (scratch.value(0).endsWith(CREATED)) {
            return true;
        }
        Map<Labels, Long> known = starts;
        if (known == null) {
            known = lookAhead();
            starts = known;
        }
        if (!known.isEmpty()) {
            startMs = known.getOrDefault(identity(scratch), 0L);
        }
        return false;
    }

    /// The `_created` samples from the entry now read to the end of its family.
    private Map<Labels, Long> lookAhead() {
        if (ahead == null) {
            ahead = new OpenMetricsFormat(false);
        }
        var found = new HashMap<Labels, Long>();
        var other = ahead;
        other.bytes = bytes;
        other.end = end;
        other.at = line;
        other.state = INIT;
        other.type = type;
        var labels = new ExposedLabels();
        try {
            Entry entry = other.next();
            while (entry == Entry.SERIES || entry == Entry.HELP || entry == Entry.UNIT) {
                if (entry == Entry.SERIES) {
                    other.labels(labels);
                    String name = labels.value(0);
                    if (name.endsWith(CREATED) && name.length() - CREATED.length() == baseLength(name)) {
                        found.putIfAbsent(identity(labels), (long) (other.value * 1000));
                    }
                }
                entry = other.next();
            }
        } catch (ExpositionException _) {
            // The body is broken further on: the entry there will say so.
        }
        return found;
    }

    private int baseLength(String created) {
        String family = family();
        String base = family.endsWith("_total") ? family.substring(0, family.length() - 6) : family;
        return created.startsWith(base) ? base.length() : -1;
    }

    private static Labels identity(ExposedLabels labels) {
        return labels.toLabels().without(Labels.METRIC_NAME, "le", "quantile");
    }

    @Override
    Token next1() {
        return scan();
    }

    private Token one(Token token, int nextState) {
        at++;
        state = nextState;
        return token;
    }

    @Override
    Token scan() {
        start = at;
        if (at >= end) {
            return Token.EOF;
        }
        int c = bytes[at];
        return switch (state) {
            case INIT -> scanInit(c);
            case META1 -> {
                Token name = c == '"' ? (quoted(true, false) ? Token.MNAME : Token.INVALID) : metricName();
                if (name == Token.MNAME) {
                    state = META2;
                }
                yield name;
            }
            case META2 -> scanText(c);
            case LABELS -> scanLabels(c, VALUE, LVALUE, true);
            case LVALUE -> scanLabelValue(LABELS);
            case VALUE -> c == '{' ? one(Token.BOPEN, LABELS) : scanWord(c, Token.VALUE, TIMESTAMP);
            case TIMESTAMP -> {
                if (c == '\n') {
                    yield one(Token.LINEBREAK, INIT);
                }
                if (follows(" # {")) {
                    at += 4;
                    state = EXEMPLAR;
                    yield Token.COMMENT;
                }
                yield scanWord(c, Token.TIMESTAMP, TIMESTAMP);
            }
            case EXEMPLAR -> scanLabels(c, EVALUE, EVALUE, false);
            case EVALUE -> c == '"' ? scanLabelValue(EXEMPLAR) : scanWord(c, Token.VALUE, ETIMESTAMP);
            case ETIMESTAMP -> c == '\n' ? one(Token.LINEBREAK, INIT) : scanWord(c, Token.TIMESTAMP, ETIMESTAMP);
            default -> throw new IllegalStateException("bug: no such state of the OpenMetrics scanner: " + state);
        };
    }

    private Token scanInit(int c) {
        if (c == '{') {
            return one(Token.BOPEN, LABELS);
        }
        if (c != '#') {
            Token name = metricName();
            if (name == Token.MNAME) {
                state = VALUE;
            }
            return name;
        }
        at++;
        if (current() != ' ') {
            return Token.INVALID;
        }
        at++;
        if (follows("EOF")) {
            at += 3;
            if (current() == '\n') {
                at++;
            }
            return Token.EOFWORD;
        }
        Token kind = follows("HELP ")
                ? Token.HELP
                : follows("TYPE ") ? Token.TYPE : follows("UNIT ") ? Token.UNIT : Token.INVALID;
        if (kind == Token.INVALID) {
            stuckInComment();
        } else {
            at += 5;
            state = META1;
        }
        return kind;
    }

    /// Moves to the byte that fits no keyword of a comment, which error texts end with.
    private void stuckInComment() {
        int longest = 0;
        for (String word : List.of("HELP ", "TYPE ", "UNIT ", "EOF")) {
            int n = 0;
            while (n < word.length() && at + n < end && bytes[at + n] == word.charAt(n)) {
                n++;
            }
            longest = Math.max(longest, n);
        }
        at += longest;
    }

    private Token scanText(int c) {
        if (c != ' ') {
            return Token.INVALID;
        }
        while (at < end && bytes[at] != '\n') {
            at++;
        }
        if (at >= end) {
            return Token.INVALID;
        }
        return one(Token.TEXT, INIT);
    }

    private Token scanLabels(int c, int afterBrace, int afterEqual, boolean rawNewline) {
        return switch (c) {
            case '"' -> quoted(rawNewline, false) ? Token.QSTRING : Token.INVALID;
            case '}' -> one(Token.BCLOSE, afterBrace);
            case '=' -> one(Token.EQUAL, afterEqual);
            case ',' -> one(Token.COMMA, state);
            default -> isNameStart(c) ? labelName() : Token.INVALID;
        };
    }

    private Token scanLabelValue(int after) {
        if (!quoted(false, true)) {
            return Token.INVALID;
        }
        state = after;
        return Token.LVALUE;
    }

    /// A space and all up to the next space or newline.
    private Token scanWord(int c, Token token, int after) {
        if (c != ' ') {
            return Token.INVALID;
        }
        at++;
        while (at < end && bytes[at] != ' ' && bytes[at] != '\n' && bytes[at] != 0) {
            at++;
        }
        if (at == start + 1) {
            return Token.INVALID;
        }
        state = after;
        return token;
    }
}
