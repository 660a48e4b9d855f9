package io.pharos.model.exposition;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import io.pharos.model.sample.StaleMarker;
import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;

/// Numbers of the text formats: Go's floats without `p`, `_` and hexadecimals.
final class Floats {
    static final double NAN = Double.longBitsToDouble(StaleMarker.NORMAL_NAN_BITS);
    static final double[] POWERS = new double[23];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private Floats() {}

    /// Parses the range. Every NaN becomes the ordinary one.
    ///
    /// @throws NumberFormatException in Go's words
    static double parse(byte[] bytes, int from, int to) {
        boolean plain = to > from;
        for (int i = from; i < to && plain; i++) {
            int c = bytes[i];
            plain = c >= '0' && c <= '9' || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
        }
        if (plain) {
            try {
                double v = JavaDoubleParser.parseDouble(bytes, from, to - from);
                if (!Double.isInfinite(v)) {
                    return v;
                }
            } catch (NumberFormatException _) {
                // Said below, in Go's words.
            }
        }
        for (int i = from; i < to; i++) {
            if (bytes[i] == 'p' || bytes[i] == 'P' || bytes[i] == '_') {
                throw new NumberFormatException("unsupported character in float");
            }
        }
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        if (unsigned.startsWith("0x") || unsigned.startsWith("0X") || !Utf8.isValid(bytes, from, to)) {
            throw new NumberFormatException(
                    "strconv.ParseFloat: parsing " + Utf8.quote(bytes, from, to) + ": invalid syntax");
        }
        double v = GoText.parseFloat(text);
        return Double.isNaN(v) ? NAN : v;
    }

    /// A value of `le` or `quantile` as OpenMetrics spells it; unchanged where it is no number.
    static String normalized(String value) {
        String unsigned = value.startsWith("-") || value.startsWith("+") ? value.substring(1) : value;
        boolean hex = unsigned.startsWith("0x") || unsigned.startsWith("0X");
        if (hex && value.indexOf('p') < 0 && value.indexOf('P') < 0) {
            return value;
        }
        try {
            return GoText.openMetrics(GoText.parseFloat(hex ? value : plainDigits(value)));
        } catch (NumberFormatException _) {
            return value;
        }
    }

    /// Go lets an underscore stand between two digits of a number.
    private static String plainDigits(String value) {
        if (value.indexOf('_') < 0) {
            return value;
        }
        for (int i = value.indexOf('_'); i >= 0; i = value.indexOf('_', i + 1)) {
            if (i == 0
                    || i + 1 == value.length()
                    || !Character.isDigit(value.charAt(i - 1))
                    || !Character.isDigit(value.charAt(i + 1))) {
                return value;
            }
        }
        return value.replace("_", "");
    }
}
