package io.pharos.scraper.scrape;

import io.pharos.model.text.GoText;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.io.JsonStringEncoder;

/// `scrape_failure_log_file`: one JSON line per failed scrape. Thread-safe.
final class FailureLog implements AutoCloseable {
    /// Writes nothing.
    static final FailureLog NONE = new FailureLog(null, InstantSource.system(), "");

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private @Nullable Writer out;
    private final InstantSource time;
    private final String file;

    private FailureLog(@Nullable Writer out, InstantSource time, String file) {
        this.out = out;
        this.time = time;
        this.file = file;
    }

    /// Appends to the file.
    ///
    /// @throws IllegalArgumentException where it can't be opened
    static FailureLog open(String file, InstantSource time) {
        if (file.isEmpty()) {
            return NONE;
        }
        try {
            return new FailureLog(
                    Files.newBufferedWriter(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                    time,
                    file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "scrape_failure_log_file " + GoText.quote(file) + " can't be opened: " + e.getMessage(), e);
        }
    }

    synchronized void write(String job, String url, String error) {
        Writer to = out;
        if (to == null) {
            return;
        }
        try {
            to.write("{\"time\":\"" + GoText.rfc3339(time.instant()) + "\",\"level\":\"ERROR\",\"msg\":\""
                    + escaped(error) + "\",\"job_name\":\"" + escaped(job) + "\",\"target\":\"" + escaped(url)
                    + "\"}\n");
            to.flush();
        } catch (IOException e) {
            LOG.warn("scrape_failure_log_file {} can't be written, no more lines go there: {}", file, e.getMessage());
            close();
        }
    }

    private static String escaped(String text) {
        var out = new StringBuilder();
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        return out.toString();
    }

    @Override
    public synchronized void close() {
        Writer to = out;
        out = null;
        if (to != null) {
            try {
                to.close();
            } catch (IOException e) {
                LOG.warn("scrape_failure_log_file {} can't be closed: {}", file, e.getMessage());
            }
        }
    }
}
