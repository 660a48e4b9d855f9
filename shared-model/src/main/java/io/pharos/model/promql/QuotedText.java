package io.pharos.model.promql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// String literals as written, quotes and escapes included; [Lexer] has checked their escapes.
final class QuotedText {
    private QuotedText() {}

    /// What a string token stands for. Escapes of single bytes that do not make UTF-8 become U+FFFD.
    static String unquote(String quoted) {
        String inner = quoted.substring(1, quoted.length() - 1);
        if (quoted.charAt(0) == '`' || inner.indexOf('\\') < 0) {
            return inner;
        }
        byte[] in = inner.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '\\') {
                out.write(in[i]);
                continue;
            }
            i++;
            switch (in[i]) {
                case 'a' -> out.write(7);
                case 'b' -> out.write('\b');
                case 'f' -> out.write('\f');
                case 'n' -> out.write('\n');
                case 'r' -> out.write('\r');
                case 't' -> out.write('\t');
                case 'v' -> out.write(11);
                case 'x' -> {
                    out.write(Integer.parseInt(new String(in, i + 1, 2, StandardCharsets.US_ASCII), 16));
                    i += 2;
                }
                case 'u', 'U' -> {
                    int digits = in[i] == 'u' ? 4 : 8;
                    int rune = Integer.parseInt(new String(in, i + 1, digits, StandardCharsets.US_ASCII), 16);
                    out.writeBytes(Character.toString(rune).getBytes(StandardCharsets.UTF_8));
                    i += digits;
                }
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    out.write(Integer.parseInt(new String(in, i, 3, StandardCharsets.US_ASCII), 8));
                    i += 2;
                }
                default -> out.write(in[i]);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
