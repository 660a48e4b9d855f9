/// PromQL as Prometheus 3.14 reads it: lexer, parser and type check behind [PromqlParser], the sealed syntax tree
/// [Expr], and [PromqlPrinter]. Knows nothing of how expressions are evaluated.
@NullMarked
package io.pharos.model.promql;

import org.jspecify.annotations.NullMarked;
