package io.pharos.model.config;

import io.pharos.model.text.ByteSize;
import io.pharos.model.text.GoText;
import java.util.ArrayList;
import org.yaml.snakeyaml.nodes.ScalarNode;

/// Fits scalars to numbers and words, and says in Go's words where they do not fit.
final class ScalarFit {
    private ScalarFit() {}

    /// The whole number that `type` asks for.
    static Object whole(ScalarNode node, Class<?> type, Shape.Component component) {
        if (component.form() == Key.Form.BYTES) {
            return ByteSize.parse(node.getValue());
        }
        String go = component.form() == Key.Form.UNSIGNED ? "uint" : "int";
        long number = GoScalar.whole(node).orElseThrow(() -> unfit(node, go));
        if (component.form() == Key.Form.UNSIGNED && number < 0) {
            throw unfit(node, go);
        }
        boolean narrow = type == int.class || type == Integer.class;
        if (narrow && (int) number != number) {
            throw unfit(node, go);
        }
        return narrow ? (Object) (int) number : (Object) number;
    }

    /// That the scalar is none of Go's `go`.
    static IllegalArgumentException unfit(ScalarNode node, String go) {
        String tag =
                switch (GoScalar.tree(node)) {
                    case Tree.Text _ -> "!!str";
                    case Tree.Whole _ -> "!!int";
                    case Tree.Fraction _ -> "!!float";
                    case Tree.Truth _ -> "!!bool";
                    case Tree.Nothing _, Tree.Items _, Tree.Fields _ -> "!!null";
                };
        return new IllegalArgumentException("cannot unmarshal " + tag + " `" + node.getValue() + "` into " + go);
    }

    /// The constant of an enum that goes by this word.
    static Object word(Class<?> type, String text) {
        var words = new ArrayList<String>();
        for (Object constant : type.getEnumConstants()) {
            String word = Binder.word((Enum<?>) constant);
            if (word.equals(text)) {
                return constant;
            }
            words.add(word);
        }
        throw new IllegalArgumentException(
                "unknown value " + GoText.quote(text) + ", expected one of " + String.join(", ", words));
    }
}
