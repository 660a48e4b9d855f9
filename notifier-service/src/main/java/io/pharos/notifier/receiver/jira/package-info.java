/// Jira: one issue per alert group, opened, updated, resolved and reopened.
@NullMarked
package io.pharos.notifier.receiver.jira;

import org.jspecify.annotations.NullMarked;
