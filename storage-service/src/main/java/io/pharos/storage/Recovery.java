package io.pharos.storage;

import io.pharos.storage.head.Head;
import io.pharos.storage.log.SampleLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a head back to what was acknowledged: the checkpoint, then the log from where it ends.
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private Recovery() {}

    record Recovered(Head head, SampleLog log, long checkpointBytes) {}

    static Path checkpoint(StoreOptions options) {
        return options.folder().resolve("head.checkpoint");
    }

    static Recovered recover(StoreOptions options, Head.Log sink, StoreFigures figures) {
        long began = System.nanoTime();
        Path logFolder = options.folder().resolve("log");
        Path checkpoint = checkpoint(options);
        var head = new Head(options.limits(), sink);
        long segment = 0;
        long bytes = 0;
        try {
            List<Long> segments = SampleLog.segments(logFolder);
            if (!segments.isEmpty()) {
                figures.replayFirst = segments.getFirst();
                figures.replayLast = segments.getLast();
            }
            if (Files.exists(checkpoint)) {
                try {
                    Head.Restored restored = head.restore(checkpoint);
                    segment = restored.segment();
                    bytes = restored.bytes();
                    if (restored.lost() > 0) {
                        figures.logCorruptions.addAndGet(restored.lost());
                        LOG.error(
                                "the checkpoint {} is damaged: {} stretches of up to 2048 series cannot be read and are missing; a copy is set aside as {}.corrupt",
                                checkpoint,
                                restored.lost(),
                                checkpoint);
                        Files.copy(checkpoint, Path.of(checkpoint + ".corrupt"), StandardCopyOption.REPLACE_EXISTING);
                    }
                } catch (IOException e) {
                    LOG.error(
                            "the checkpoint {} cannot be read ({}); it is set aside as {}.corrupt, what only it held is missing",
                            checkpoint,
                            e.getMessage(),
                            checkpoint);
                    figures.logCorruptions.incrementAndGet();
                    Files.move(checkpoint, Path.of(checkpoint + ".corrupt"), StandardCopyOption.REPLACE_EXISTING);
                    head.close();
                    head = new Head(options.limits(), sink);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot recover " + options.folder(), e);
        }
        long restored = System.nanoTime();
        SampleLog.Replayed replayed = SampleLog.replay(
                logFolder,
                segment,
                (first, last, current) -> {
                    figures.replayFirst = first;
                    figures.replayLast = last;
                    figures.replayCurrent = current;
                },
                head::replay);
        figures.logCorruptions.addAndGet(replayed.corruptions());
        if (head.figures().replayLost() > 0) {
            LOG.error(
                    "{} samples in {} are of series whose labels are lost with damaged files; they are missing",
                    head.figures().replayLost(),
                    logFolder);
        }
        SampleLog log = SampleLog.open(options.files().disk(), logFolder);
        try {
            log.dropBefore(segment);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove old segments in " + logFolder, e);
        }
        LOG.info(
                "recovered {} series in {} ms: {} MiB of checkpoint in {} ms, then {} records of {} KiB",
                head.seriesCount(),
                (System.nanoTime() - began) / 1_000_000,
                bytes >> 20,
                (restored - began) / 1_000_000,
                replayed.records(),
                replayed.bytes() >> 10);
        return new Recovered(head, log, bytes);
    }
}
