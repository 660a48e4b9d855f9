package io.pharos.model.template;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the character references that are found in attributes.
final class Entities {
    private static final Pattern REFERENCE = Pattern.compile("&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]+);?");
    private static final Map<String, String> NAMED = Map.of(
            "amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", "\u00a0", "colon", ":", "sol", "/",
            "Tab", "\t", "NewLine", "\n");

    private Entities() {}

    static String decode(String text) {
        if (text.indexOf('&') < 0) {
            return text;
        }
        Matcher matcher = REFERENCE.matcher(text);
        return matcher.replaceAll(match -> {
            String name = match.group(1);
            if (name.charAt(0) != '#') {
                return Matcher.quoteReplacement(NAMED.getOrDefault(name, match.group()));
            }
            boolean hex = name.charAt(1) == 'x' || name.charAt(1) == 'X';
            int code =
                    hex ? Integer.parseInt(name, 2, name.length(), 16) : Integer.parseInt(name, 1, name.length(), 10);
            boolean valid = code > 0 && code <= 0x10FFFF && !(code >= 0xD800 && code < 0xE000);
            return Matcher.quoteReplacement(Character.toString(valid ? code : 0xFFFD));
        });
    }
}
