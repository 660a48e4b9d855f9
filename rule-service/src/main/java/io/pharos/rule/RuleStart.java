package io.pharos.rule;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.rule.group.RuleGroups;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Lets rules be evaluated once queries are answered: before, states could not be restored.
final class RuleStart implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(RuleStart.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    /// Reads the store and finds nothing.
    private static final String PROBE = "ALERTS_FOR_STATE{alertname=\"\"}";

    private final RuleGroups groups;
    private final QueryEvaluator evaluator;
    private volatile @Nullable Thread waiting;

    RuleStart(RuleGroups groups, QueryEvaluator evaluator) {
        this.groups = groups;
        this.evaluator = evaluator;
    }

    @Override
    public void start() {
        waiting = Thread.ofVirtual().name("rules-start").start(() -> {
            try {
                while (!isAnswered()) {
                    Thread.sleep(RETRY);
                }
                groups.start();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private boolean isAnswered() {
        try {
            evaluator.instant(PROBE, 0);
            return true;
        } catch (ApiException e) {
            if (e.error() == ApiError.UNAVAILABLE || e.error() == ApiError.TIMEOUT) {
                return false;
            }
            LOG.warn("the query that looks whether rules can begin failed: {}", e.text());
            return true;
        }
    }

    @Override
    public void stop() {
        Thread thread = waiting;
        if (thread != null) {
            thread.interrupt();
            waiting = null;
        }
    }

    @Override
    public boolean isRunning() {
        return waiting != null;
    }
}
