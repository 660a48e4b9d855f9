package io.pharos.model.template;

/// What the HTML engine makes of a value before it is printed.
interface HtmlFilter {
    Object apply(Object value);
}
