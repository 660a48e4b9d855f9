/// The route tree: which receivers an alert goes to, and what its groups are called. Pure; knows alerts and
/// matchers only.
@NullMarked
package io.pharos.alertmanager.route;

import org.jspecify.annotations.NullMarked;
