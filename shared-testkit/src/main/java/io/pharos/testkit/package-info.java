/// What tests share: contracts of the ports, the runner of PromQL scripts, in-memory ports.
@NullMarked
package io.pharos.testkit;

import org.jspecify.annotations.NullMarked;
