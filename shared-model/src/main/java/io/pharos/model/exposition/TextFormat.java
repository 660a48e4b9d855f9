package io.pharos.model.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricType;
import io.pharos.model.text.GoText;
import java.util.Arrays;
import java.util.List;

/// `text/plain`, versions 0.0.4 and 1.0.0 alike (`model/textparse/promparse.go`).
///
/// Blanks may stand between any two tokens; those before a metric's name belong to it, as in Prometheus. A NUL where a
/// line may begin ends the body.
final class TextFormat extends LineFormat {
    private static final byte[][] TYPE_NAMES = ascii("counter", "gauge", "histogram", "summary", "untyped");
    private static final MetricType[] TYPES = {
        MetricType.COUNTER, MetricType.GAUGE, MetricType.HISTOGRAM, MetricType.SUMMARY, MetricType.UNKNOWN
    };

    @Override
    LineFormat again() {
        return new TextFormat();
    }

    @Override
    public void reset(byte[] body, int length) {
        body[length] = '\n';
        bytes = body;
        key = body;
        end = length + 1;
        at = 0;
        state = INIT;
        type = MetricType.UNKNOWN;
        unit = "";
    }

    @Override
    public Entry next(byte[] guess, int from, int to) {
        int length = to - from;
        if (length > 0
                && state == INIT
                && end - at > length
                && bytes[at] == guess[from]
                && Arrays.equals(bytes, at, at + length, guess, from, to)
                && quickValue(at + length)) {
            return Entry.SERIES;
        }
        quick = false;
        Entry entry = readEntry();
        expected = entry == Entry.SERIES && isKey(guess, from, to);
        return entry;
    }

    @Override
    public boolean atComment() {
        return at < end && bytes[at] == '#' && state == INIT;
    }

    @Override
    public boolean skips(byte[] known, int from, int to, MetricType as, boolean isType) {
        int length = to - from;
        if (end - at < length || !Arrays.equals(bytes, at, at + length, known, from, to)) {
            return false;
        }
        at += length;
        if (isType) {
            type = as;
        }
        return true;
    }

    /// Reads ` value[ timestamp]` of an expected key that ends at `keyTo`, where both are plain decimals; moves
    /// nowhere and says no where they are not.
    private boolean quickValue(int keyTo) {
        byte[] b = bytes;
        if (b[keyTo] != ' ') {
            return false;
        }
        int p = plainFloat(keyTo + 1);
        if (p < 0) {
            return false;
        }
        boolean timed = b[p] == ' ';
        if (timed) {
            int t = ++p;
            long ms = 0;
            int digit;
            while ((digit = b[p] - '0') >= 0 && digit <= 9) {
                ms = ms * 10 + digit;
                p++;
            }
            if (p == t || p - t > 18) {
                return false;
            }
            timeMs = ms;
        }
        if (b[p] != '\n') {
            return false;
        }
        keyStart = at;
        keyEnd = keyTo;
        hasTime = timed;
        expected = true;
        quick = true;
        at = p + 1;
        return true;
    }

    private Entry readEntry() {
        while (true) {
            line = at;
            offsetCount = 0;
            Token token = next1();
            switch (token) {
                case EOF -> {
                    return Entry.END;
                }
                case LINEBREAK -> {}
                case HELP, TYPE -> {
                    return readMetadata(token);
                }
                case COMMENT -> {
                    Token after = next1();
                    if (after != Token.LINEBREAK) {
                        throw error("expected linebreak after comment", after);
                    }
                    return Entry.COMMENT;
                }
                case BOPEN -> {
                    offset(-1);
                    offset(-1);
                    readLabels(false);
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
                        readLabels(false);
                        keyEnd = at;
                        after = next1();
                    }
                    return readSample(after);
                }
                default -> throw error("expected a valid start token", token);
            }
        }
    }

    private Entry readMetadata(Token kind) {
        Token name = next1();
        if (name != Token.MNAME) {
            throw error("expected metric name after " + kind, name);
        }
        readFamily();
        Token after = next1();
        if (after != Token.TEXT) {
            throw new ExpositionException("expected text in " + kind + ", got " + after);
        }
        readText(Math.min(start + 1, at), at);
        if (kind == Token.TYPE) {
            readType(TYPE_NAMES, TYPES);
        } else {
            readHelp();
        }
        Token breaking = next1();
        if (breaking != Token.LINEBREAK) {
            throw error("expected linebreak after metadata", breaking);
        }
        keyStart = line;
        keyEnd = at;
        return kind == Token.TYPE ? Entry.TYPE : Entry.HELP;
    }

    private Entry readSample(Token token) {
        if (offsets[0] == -1) {
            throw failed("metric name not set");
        }
        if (token != Token.VALUE) {
            throw error("expected value after metric", token);
        }
        value = parseFloat(start, at);
        hasTime = false;
        Token after = next1();
        switch (after) {
            case LINEBREAK -> {}
            case TIMESTAMP -> {
                hasTime = true;
                timeMs = parseTime();
                Token breaking = next1();
                if (breaking != Token.LINEBREAK) {
                    throw error("expected next entry after timestamp", breaking);
                }
            }
            default -> throw error("expected timestamp or new record", after);
        }
        return Entry.SERIES;
    }

    private long parseTime() {
        String digits = new String(bytes, start, at - start, UTF_8);
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException _) {
            throw failed("strconv.ParseInt: parsing " + GoText.quote(digits) + ": value out of range");
        }
    }

    @Override
    Token next1() {
        Token token = scan();
        while (token == Token.WHITESPACE) {
            token = scan();
        }
        return token;
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }

    private void skipBlanks() {
        while (at < end && isBlank(bytes[at])) {
            at++;
        }
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
        if (isBlank(c) && state != META2) {
            skipBlanks();
            return Token.WHITESPACE;
        }
        return switch (state) {
            case INIT -> scanInit(c);
            case META1 -> {
                Token name = c == '"' ? (quoted(true, false) ? Token.MNAME : Token.INVALID) : metricName();
                if (name == Token.MNAME) {
                    state = META2;
                }
                yield name;
            }
            case META2 -> scanText();
            case LABELS -> scanLabels(c);
            case LVALUE -> {
                if (!quoted(true, true)) {
                    yield Token.INVALID;
                }
                state = LABELS;
                yield Token.LVALUE;
            }
            case VALUE -> scanValue(c);
            case TIMESTAMP -> {
                if (c == '\n') {
                    yield one(Token.LINEBREAK, INIT);
                }
                while (isDigit(current())) {
                    at++;
                }
                yield at > start ? Token.TIMESTAMP : Token.INVALID;
            }
            default -> throw new IllegalStateException("bug: no such state of the text scanner: " + state);
        };
    }

    private Token scanInit(int c) {
        switch (c) {
            case 0 -> {
                at++;
                return Token.EOF;
            }
            case '\n' -> {
                return one(Token.LINEBREAK, INIT);
            }
            case '{' -> {
                return one(Token.BOPEN, LABELS);
            }
            case '#' -> {
                at++;
                if (!isBlank(current())) {
                    return comment(false);
                }
                skipBlanks();
                if ((follows("HELP") || follows("TYPE")) && at + 4 < end && isBlank(bytes[at + 4])) {
                    Token kind = bytes[at] == 'H' ? Token.HELP : Token.TYPE;
                    at += 4;
                    skipBlanks();
                    state = META1;
                    return kind;
                }
                return comment(true);
            }
            default -> {
                Token name = metricName();
                if (name == Token.MNAME) {
                    state = VALUE;
                }
                return name;
            }
        }
    }

    /// A comment up to its newline. A NUL in one that no blank follows ends the body, as it does in Prometheus.
    private Token comment(boolean nul) {
        while (at < end) {
            if (bytes[at] == '\n') {
                return Token.COMMENT;
            }
            if (bytes[at] == 0 && !nul) {
                return Token.EOF;
            }
            at++;
        }
        return Token.EOF;
    }

    private Token scanText() {
        while (at < end && isBlank(bytes[at])) {
            at++;
        }
        if (at > start && current() == '\n') {
            return Token.WHITESPACE;
        }
        while (at < end && bytes[at] != '\n') {
            at++;
        }
        state = INIT;
        return Token.TEXT;
    }

    private Token scanLabels(int c) {
        return switch (c) {
            case '"' -> quoted(true, false) ? Token.QSTRING : Token.INVALID;
            case '}' -> one(Token.BCLOSE, VALUE);
            case '=' -> one(Token.EQUAL, LVALUE);
            case ',' -> one(Token.COMMA, LABELS);
            default -> isNameStart(c) ? labelName() : Token.INVALID;
        };
    }

    private Token scanValue(int c) {
        if (c == '{') {
            return one(Token.BOPEN, LABELS);
        }
        while (at < end) {
            int v = bytes[at];
            if (v == '{' || v == '\n' || v == 0 || isBlank(v)) {
                break;
            }
            at++;
        }
        if (at == start) {
            return Token.INVALID;
        }
        state = TIMESTAMP;
        return Token.VALUE;
    }

    @Override
    public void exemplars(long defaultMs, List<Exemplar> into) {
        // The format has none.
    }
}
