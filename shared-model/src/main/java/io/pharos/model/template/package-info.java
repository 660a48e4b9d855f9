/// Go's `text/template` and `html/template`, and the functions that Prometheus and Alertmanager give them.
///
/// Doors: [io.pharos.model.template.GoTemplate] (any set of templates), [io.pharos.model.template.RuleTemplate]
/// (labels and annotations of rules) and [io.pharos.model.template.NotificationTemplates] (what receivers are
/// sent). May be called by anyone; knows only `model.text`. Values inside templates are Java's `Boolean`,
/// `Long`, `Double` and `String`, and the small value classes of this package, which carry the type names that
/// Go's error texts mention.
@NullMarked
package io.pharos.model.template;

import org.jspecify.annotations.NullMarked;
