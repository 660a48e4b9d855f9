package io.pharos.model.template;

/// Where in an HTML page a piece of a template stands.
///
/// @param delimiter what ends the attribute's value; `NONE` outside of attributes
/// @param urlPart how far into a URL
/// @param slash what a `/` in a script would begin
/// @param attribute the attribute whose name was read
/// @param element the element whose tag or content this is, where its content is not plain text
record HtmlContext(
        State state, Delimiter delimiter, UrlPart urlPart, Slash slash, Attribute attribute, Element element) {
    enum State {
        TEXT("stateText"),
        TAG("stateTag"),
        ATTRIBUTE_NAME("stateAttrName"),
        AFTER_NAME("stateAfterName"),
        BEFORE_VALUE("stateBeforeValue"),
        COMMENT("stateHTMLCmt"),
        RCDATA("stateRCDATA"),
        ATTRIBUTE("stateAttr"),
        URL("stateURL"),
        SRCSET("stateSrcset"),
        SCRIPT("stateJS"),
        SCRIPT_DOUBLE("stateJSDqStr"),
        SCRIPT_SINGLE("stateJSSqStr"),
        SCRIPT_TEMPLATE("stateJSTmplLit"),
        SCRIPT_REGEX("stateJSRegexp"),
        SCRIPT_BLOCK_COMMENT("stateJSBlockCmt"),
        SCRIPT_LINE_COMMENT("stateJSLineCmt"),
        STYLE("stateCSS"),
        STYLE_DOUBLE("stateCSSDqStr"),
        STYLE_SINGLE("stateCSSSqStr"),
        STYLE_DOUBLE_URL("stateCSSDqURL"),
        STYLE_SINGLE_URL("stateCSSSqURL"),
        STYLE_URL("stateCSSURL"),
        STYLE_BLOCK_COMMENT("stateCSSBlockCmt"),
        STYLE_LINE_COMMENT("stateCSSLineCmt"),
        /// Behind `break` or `continue`: nothing is printed here.
        DEAD("stateDead");

        final String goName;

        State(String goName) {
            this.goName = goName;
        }

        boolean comment() {
            return switch (this) {
                case COMMENT, SCRIPT_BLOCK_COMMENT, SCRIPT_LINE_COMMENT, STYLE_BLOCK_COMMENT, STYLE_LINE_COMMENT ->
                    true;
                default -> false;
            };
        }

        boolean inTag() {
            return switch (this) {
                case TAG, ATTRIBUTE_NAME, AFTER_NAME, BEFORE_VALUE, ATTRIBUTE -> true;
                default -> false;
            };
        }

        boolean scriptLiteral() {
            return switch (this) {
                case SCRIPT_DOUBLE, SCRIPT_SINGLE, SCRIPT_TEMPLATE, SCRIPT_REGEX -> true;
                default -> false;
            };
        }
    }

    enum Delimiter {
        NONE("delimNone", ""),
        DOUBLE("delimDoubleQuote", "\""),
        SINGLE("delimSingleQuote", "'"),
        SPACE_OR_TAG_END("delimSpaceOrTagEnd", " \t\n\f\r>");

        final String goName;
        final String ends;

        Delimiter(String goName, String ends) {
            this.goName = goName;
            this.ends = ends;
        }
    }

    enum UrlPart {
        NONE("urlPartNone"),
        PRE_QUERY("urlPartPreQuery"),
        QUERY_OR_FRAGMENT("urlPartQueryOrFrag"),
        UNKNOWN("urlPartUnknown");

        final String goName;

        UrlPart(String goName) {
            this.goName = goName;
        }
    }

    enum Slash {
        REGEX("jsCtxRegexp"),
        DIVISION("jsCtxDivOp"),
        UNKNOWN("jsCtxUnknown");

        final String goName;

        Slash(String goName) {
            this.goName = goName;
        }
    }

    enum Attribute {
        NONE("attrNone", State.ATTRIBUTE),
        SCRIPT("attrScript", State.SCRIPT),
        SCRIPT_TYPE("attrScriptType", State.ATTRIBUTE),
        STYLE("attrStyle", State.STYLE),
        URL("attrURL", State.URL),
        SRCSET("attrSrcset", State.SRCSET);

        final String goName;
        final State value;

        Attribute(String goName, State value) {
            this.goName = goName;
            this.value = value;
        }
    }

    enum Element {
        NONE("elementNone", "", State.TEXT),
        SCRIPT("elementScript", "script", State.SCRIPT),
        STYLE("elementStyle", "style", State.STYLE),
        TEXTAREA("elementTextarea", "textarea", State.RCDATA),
        TITLE("elementTitle", "title", State.RCDATA);

        final String goName;
        final String tag;
        final State content;

        Element(String goName, String tag, State content) {
            this.goName = goName;
            this.tag = tag;
            this.content = content;
        }
    }

    static final HtmlContext TEXT = in(State.TEXT, Element.NONE);

    static HtmlContext in(State state, Element element) {
        return new HtmlContext(state, Delimiter.NONE, UrlPart.NONE, Slash.REGEX, Attribute.NONE, element);
    }

    HtmlContext with(State other) {
        return new HtmlContext(other, delimiter, urlPart, slash, attribute, element);
    }

    HtmlContext with(UrlPart other) {
        return new HtmlContext(state, delimiter, other, slash, attribute, element);
    }

    HtmlContext with(Slash other) {
        return new HtmlContext(state, delimiter, urlPart, other, attribute, element);
    }

    HtmlContext with(State other, Slash otherSlash) {
        return with(other).with(otherSlash);
    }

    HtmlContext value(Delimiter other) {
        return new HtmlContext(attribute.value, other, urlPart, slash, attribute, element);
    }

    HtmlContext forget(State other) {
        return new HtmlContext(other, delimiter, urlPart, slash, Attribute.NONE, element);
    }

    /// Where an action finds itself if it prints here: `<a {{.}}` prints a name, `<a b={{.}}` an unquoted value.
    HtmlContext nudged() {
        return switch (state) {
            case TAG -> with(State.ATTRIBUTE_NAME);
            case BEFORE_VALUE ->
                new HtmlContext(attribute.value, Delimiter.SPACE_OR_TAG_END, urlPart, slash, Attribute.NONE, element);
            case AFTER_NAME -> forget(State.ATTRIBUTE_NAME);
            default -> this;
        };
    }

    /// As Go's errors show it.
    @Override
    public String toString() {
        return "{" + state.goName + " " + delimiter.goName + " " + urlPart.goName + " " + slash.goName + " [] "
                + attribute.goName + " " + element.goName + " <nil>}";
    }
}
