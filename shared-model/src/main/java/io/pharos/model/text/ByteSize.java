package io.pharos.model.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/// Sizes as Prometheus' flags and files have them (`alecthomas/units`, base 2): `512MB`, `1GiB`, `1.5MB`; a unit is
/// required, `0` aside.
public final class ByteSize {
    private static final List<String> PREFIXES = List.of("", "K", "M", "G", "T", "P", "E");

    private ByteSize() {}

    /// Bytes. Fails with [IllegalArgumentException] in the words of `units.ParseBase2Bytes`.
    public static long parse(String text) {
        if (text.equals("0")) {
            return 0;
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("units: invalid ");
        }
        String rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        BigDecimal sum = BigDecimal.ZERO;
        int at = 0;
        while (at < rest.length()) {
            int start = at;
            while (at < rest.length() && (Character.isDigit(rest.charAt(at)) || rest.charAt(at) == '.')) {
                at++;
            }
            int unit = at;
            while (at < rest.length() && !Character.isDigit(rest.charAt(at)) && rest.charAt(at) != '.') {
                at++;
            }
            String number = rest.substring(start, unit);
            if (!number.matches("\\d+\\.?\\d*|\\.\\d+")) {
                throw new IllegalArgumentException("units: invalid " + text);
            }
            String name = rest.substring(unit, at);
            int power = power(name);
            if (power < 0) {
                throw new IllegalArgumentException("units: unknown unit " + name + " in " + text);
            }
            sum = sum.add(new BigDecimal(number).multiply(BigDecimal.valueOf(1L << (10 * power))));
        }
        BigDecimal whole = sum.setScale(0, RoundingMode.DOWN);
        if (whole.toBigInteger().bitLength() > 63) {
            throw new IllegalArgumentException("units: overflow parsing unit");
        }
        return text.startsWith("-") ? -whole.longValue() : whole.longValue();
    }

    private static int power(String unit) {
        String u = unit.toUpperCase(Locale.ROOT);
        if (!unit.equals(u) && !unit.endsWith("iB")) {
            return -1;
        }
        String prefix = unit.endsWith("iB")
                ? unit.substring(0, unit.length() - 2)
                : unit.endsWith("B") ? unit.substring(0, unit.length() - 1) : "?";
        return unit.equals("iB") ? -1 : PREFIXES.indexOf(prefix);
    }

    /// `512MiB`, `1GiB512MiB`, `0B`: as `units.Base2Bytes` prints.
    public static String print(long bytes) {
        if (bytes == 0) {
            return "0B";
        }
        var out = new StringBuilder(bytes < 0 ? "-" : "");
        long rest = Math.abs(bytes);
        for (int power = PREFIXES.size() - 1; power >= 0; power--) {
            long n = rest >> (10 * power);
            if (n > 0) {
                out.append(n).append(power == 0 ? "B" : PREFIXES.get(power) + "iB");
                rest -= n << (10 * power);
            }
        }
        return out.toString();
    }
}
