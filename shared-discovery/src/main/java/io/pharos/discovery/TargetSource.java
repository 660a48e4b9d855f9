package io.pharos.discovery;

import java.util.List;

/// One mechanism of discovery with its configuration, ready to run.
public interface TargetSource {
    /// Takes what a source finds. Thread-safe.
    interface Updates {
        /// Replaces the groups named by their sources; other groups of this source of targets stay as they are.
        void found(List<TargetGroup> groups);

        /// Counts and logs a failure. Groups found before stay.
        void failed(Exception why);
    }

    /// The mechanism's name as metrics have it: `file`, `dns`, `kubernetes`…
    String mechanism();

    /// What tells this source from others of the mechanism, by `equals`: equal sources run once, and go on
    /// running over a reload.
    Object configuration();

    /// Looks for targets until the thread is interrupted. Runs on a virtual thread; what it throws otherwise
    /// counts as the end of the source.
    void run(Updates updates) throws InterruptedException;
}
