package io.pharos.alertmanager.cluster;

import java.util.List;

/// What connects replicas: who they are, and bytes from one to another. Messages may be lost, doubled or late;
/// what they carry is merged by the last writer, and exchanged whole now and then.
interface Wire extends AutoCloseable {
    /// Where what arrives goes; called on the wire's threads.
    interface Inbox {
        /// Everyone reachable, this replica included.
        void members(List<ClusterView.Peer> all);

        /// @param from name of the sender
        void message(String from, byte[] bytes);
    }

    /// Joins, and begins to deliver.
    void start(Inbox inbox);

    /// To every other member.
    void toAll(byte[] bytes);

    /// To the member of that name, if it is still there.
    void to(String name, byte[] bytes);

    @Override
    void close();
}
