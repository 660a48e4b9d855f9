package io.pharos.model.template;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// One named template.
///
/// @param name what it is called by
/// @param source name of the text it was parsed from
/// @param text the whole of that text
record Tree(String name, String source, String text, Node.Sequence root) {
    /// Nothing but white space, comments and definitions.
    boolean isEmpty() {
        return isEmpty(root.nodes());
    }

    private static boolean isEmpty(List<Node> nodes) {
        return nodes.stream().allMatch(node -> node instanceof Node.Text text && isSpace(text.text()));
    }

    private static boolean isSpace(String text) {
        return text.chars().allMatch(c -> Character.isWhitespace(c) || c == 0x85 || c == 0xA0);
    }

    /// `NAME:LINE:COLUMN`; columns count bytes from 0.
    String where(int position) {
        String before = text.substring(0, Math.min(position, text.length()));
        int lineStart = before.lastIndexOf('\n') + 1;
        long line = 1 + before.chars().filter(c -> c == '\n').count();
        int column = before.substring(lineStart).getBytes(StandardCharsets.UTF_8).length;
        return source + ":" + line + ":" + column;
    }
}
