package io.pharos.runtime.flags;

import java.util.List;
import java.util.Set;

/// One flag of the table.
///
/// @param name without dashes, as Prometheus or Alertmanager has it
/// @param owners programs that take it
/// @param defaults values where none is given; empty text means none
/// @param hidden whether help leaves it out
record Flag(
        String name,
        Set<Program> owners,
        FlagType type,
        List<String> defaults,
        boolean repeatable,
        boolean hidden,
        String help) {
    Flag {
        owners = Set.copyOf(owners);
        defaults = List.copyOf(defaults);
    }

    boolean isSwitch() {
        return type == FlagType.SWITCH;
    }

    boolean isOurs() {
        return name.startsWith("pharos.");
    }

    Flag renamed(String other, Set<Program> by) {
        return new Flag(other, by, type, defaults, repeatable, hidden, help);
    }
}
