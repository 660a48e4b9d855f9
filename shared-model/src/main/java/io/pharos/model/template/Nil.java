package io.pharos.model.template;

/// The three ways in which Go's templates have no value.
enum Nil {
    /// No argument came through the pipe.
    ABSENT,
    /// Nothing at all: prints `<no value>`.
    INVALID,
    /// An `interface {}` that holds nothing: an entry that a map lacks, a nil in a list.
    INTERFACE
}
