package io.pharos.model.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How a record's component stands in YAML. Without it: the component's name in snake case, absent means zero, zero
/// is not printed.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
    /// The key, where it is not the component's name in snake case.
    String value() default "";

    /// What stands there when nothing does, as a YAML scalar.
    String or() default "";

    /// Printed even when zero.
    boolean always() default false;

    /// The component's own keys stand among those of the record.
    boolean inline() default false;

    /// Other defaults of an inlined record: `enable_http2=false`.
    String overrides() default "";

    /// What is said of a list's item that is null.
    String nullItem() default "";

    /// What is said of a list that is written and empty, where it must not be.
    String empty() default "";

    Form form() default Form.PLAIN;

    /// How a value is written.
    enum Form {
        PLAIN,
        /// A path, relative to the folder of the file.
        PATH,
        /// As [#PATH], but inside an integration whose files are relative to the working directory.
        FOREIGN_PATHS,
        /// Go's durations, `1.5h`.
        GO_DURATION,
        /// A size, `512MB`.
        BYTES,
        /// A number that can't be negative.
        UNSIGNED,
        /// Label values in which `$VAR` is replaced from the environment.
        ENVIRONMENT,
        /// A list on one line: `[a, b]`.
        FLOW,
        /// A secret that is an `http` or `https` URL.
        SECRET_URL,
        /// An `http` or `https` URL.
        HTTP_URL,
        /// A map whose keys may not repeat in canonical form.
        HEADERS,
        /// Where the value of the key named stands, `line:column`; set by the binder, never in YAML.
        PLACE,
        /// Set by the loader, never in YAML.
        UNWRITTEN
    }
}
