package io.pharos.scraper.scrape;

import io.pharos.model.port.ApiException;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.scraper.scrape.ScrapeLoop.Report;
import io.pharos.scraper.target.Target;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one [ScrapeLoop] on a virtual thread of its own: waits for ticks and answers, hands batches to the sink.
final class LoopDriver {
    private static final Logger LOG = LoggerFactory.getLogger(LoopDriver.class);

    /// At shorter intervals a scrape that is a millisecond late does not count as being on time.
    private static final int SHORT_INTERVAL_MS = 200;

    /// What all drivers share.
    ///
    /// @param mostBytes no body is larger
    record Surroundings(
            SampleSink sink,
            InstantSource time,
            Workspaces workspaces,
            BodyBuffers buffers,
            Sharing sharing,
            ScrapeMetrics metrics,
            boolean adjustTimestamps,
            long toleranceNanos,
            long mostBytes) {}

    /// What becomes of the series of a loop that stops.
    enum Ending {
        /// They get stale markers, unless something newer comes from elsewhere meanwhile.
        MARK_STALE,
        /// Another loop goes on with them, or the process ends.
        LEAVE
    }

    private final Target target;
    private final String job;
    private final ScrapeLoop loop;
    private final ScrapeClient client;
    private final Surroundings around;
    private final FailureLog failures;
    private final IntervalLengths lengths;
    private final long seed;
    private volatile String forcedError;
    private volatile LoopStatus status;
    private boolean refused;
    private volatile boolean stopping;
    private volatile Ending ending = Ending.LEAVE;
    // When the scrape under way began, by both clocks.
    private volatile long begunWall;
    private volatile long begun;
    private final ReentrantLock appending = new ReentrantLock();
    private final Thread thread;

    LoopDriver(
            Target target,
            String job,
            ScrapeLoop loop,
            ScrapeClient client,
            Surroundings around,
            FailureLog failures,
            long seed,
            String forcedError,
            LoopStatus status) {
        this.target = target;
        this.job = job;
        this.loop = loop;
        this.client = client;
        this.around = around;
        this.failures = failures;
        this.lengths = new IntervalLengths(around.metrics().registry, target.interval());
        this.seed = seed;
        this.forcedError = forcedError;
        this.status = status;
        this.thread = Thread.ofVirtual().name("scrape-" + job).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Target target() {
        return target;
    }

    ScrapeLoop loop() {
        return loop;
    }

    LoopStatus status() {
        return status;
    }

    /// What series the target has now. Waits for an append to end.
    Cardinality cardinality() {
        appending.lock();
        try {
            return loop.cardinality();
        } finally {
            appending.unlock();
        }
    }

    /// Lets every scrape fail with this error from now on, without a request; `""` for none.
    void force(String error) {
        forcedError = error;
    }

    /// Ends the loop; a request under way is broken off, an append finished. Does not wait for stale markers.
    void stop(Ending how) {
        ending = how;
        stopping = true;
        // An interrupt would close files that the sink writes to.
        appending.lock();
        try {
            thread.interrupt();
        } finally {
            appending.unlock();
        }
    }

    boolean isOver() {
        return !thread.isAlive();
    }

    /// Waits until a loop stopped with [Ending#LEAVE] is over.
    void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        long interval = target.intervalMs() * 1_000_000;
        var ticks = new ScrapeTicks(interval, around.adjustTimestamps(), around.toleranceNanos());
        try {
            TimeUnit.NANOSECONDS.sleep(target.firstScrapeDelayNanos(wallNanos(), seed));
            long due = System.nanoTime();
            ticks.begin(wallNanos(), due);
            while (!stopping) {
                scrape(ticks, due);
                long now = System.nanoTime();
                due = now + ticks.waitAfter(now);
            }
        } catch (InterruptedException _) {
            // Told to stop.
        } catch (RuntimeException e) {
            LOG.error("the scrape loop of {} in job {} ended", target.labels(), job, e);
        }
        client.giveBack();
        client.close();
        if (ending == Ending.MARK_STALE) {
            markStale(ticks, interval);
        }
    }

    private void scrape(ScrapeTicks ticks, long due) throws InterruptedException {
        Fetched fetched = fetch(due);
        long wall = begunWall;
        long started = begun;
        lengths.scrapeBegins(started);
        long atMs = Math.floorDiv(ticks.sampleTime(wall), 1_000_000);
        if (fetched instanceof Fetched.Failed failed && failed.tooLarge()) {
            around.metrics().exceededBodySizeLimit.increment();
        }
        Workspace work = around.workspaces().take();
        String error;
        appending.lock();
        try {
            if (stopping) {
                throw new InterruptedException();
            }
            Report report = loop.scrape(fetched, atMs, () -> (System.nanoTime() - started) / 1e9, work);
            error = append(report, work);
            boolean refuses = loop.refused() > 0;
            if (refuses && !refused) {
                LOG.warn(
                        "{} in job {} has more series than its limit of {}; {} are left out",
                        target.url(),
                        job,
                        target.seriesLimit(),
                        loop.refused());
            }
            refused = refuses;
        } finally {
            appending.unlock();
            client.giveBack();
            around.workspaces().give(work);
        }
        if (!error.isEmpty()) {
            LOG.debug("scrape of {} failed: {}", target.url(), error);
            failures.write(job, target.url(), error);
        }
        status = new LoopStatus(
                error.isEmpty() ? LoopStatus.Health.UP : LoopStatus.Health.DOWN,
                error,
                Instant.ofEpochSecond(Math.floorDiv(wall, 1_000_000_000L), Math.floorMod(wall, 1_000_000_000L)),
                (System.nanoTime() - started) / 1e9);
    }

    /// Waits until a scrape is due, begins it and waits for its answer.
    private Fetched fetch(long due) throws InterruptedException {
        // Lines are up to a millisecond late.
        boolean exact = target.intervalMs() < SHORT_INTERVAL_MS;
        if (exact || !forcedError.isEmpty()) {
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        }
        String forced = forcedError;
        if (!forced.isEmpty()) {
            begin();
            return new Fetched.Failed(forced, false);
        }
        Fetched fetched = client.fetchAt(due, this::begin);
        // Forced while it waited.
        String late = forcedError;
        return late.isEmpty() ? fetched : new Fetched.Failed(late, false);
    }

    private void begin() {
        begunWall = wallNanos();
        begun = System.nanoTime();
    }

    private String append(Report report, Workspace work) {
        try {
            Appended appended = around.sink().append(work.batch, OnReject.KEEP_REST);
            loop.appended(appended, work);
            for (SampleSink.Rejected rejected : appended.rejected()) {
                LOG.debug(
                        "{} samples of {} were refused, the first of {} at {}: {}",
                        rejected.count(),
                        target.url(),
                        rejected.firstSeries(),
                        rejected.firstMs(),
                        rejected.text());
            }
            return report.error();
        } catch (ApiException e) {
            loop.lost();
            LOG.warn("what {} answered could not be stored: {}", target.url(), e.text());
            return report.isUp() ? "append failed: " + e.text() : report.error();
        }
    }

    /// The target is gone. It may come back, or another scraper may go on with it: two intervals are given to that, so
    /// that markers do not fall between its samples.
    private void markStale(ScrapeTicks ticks, long interval) {
        // The interrupt that ended the loop has done its work.
        Thread.interrupted();
        try {
            // The tick that would have come next gives the markers their time.
            TimeUnit.NANOSECONDS.sleep(ticks.waitAfter(System.nanoTime()));
            long atMs = Math.floorDiv(wallNanos(), 1_000_000);
            TimeUnit.NANOSECONDS.sleep(interval + interval / 10);
            Workspace work = around.workspaces().take();
            appending.lock();
            try {
                if (ending == Ending.LEAVE) {
                    return;
                }
                loop.endOfRun(atMs, work);
                if (work.batch.size() > 0) {
                    around.sink().append(work.batch, OnReject.KEEP_REST);
                }
            } finally {
                appending.unlock();
                around.workspaces().give(work);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ApiException e) {
            LOG.warn("the end of {} could not be stored: {}", target.labels(), e.text());
        }
    }

    private long wallNanos() {
        Instant now = around.time().instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
