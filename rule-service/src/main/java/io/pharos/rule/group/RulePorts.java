package io.pharos.rule.group;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.model.port.AlertSink;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.SampleSink;
import java.time.InstantSource;

/// What rule groups work with.
public record RulePorts(
        QueryEvaluator evaluator, SampleSink samples, AlertSink alerts, InstantSource time, MeterRegistry meters) {}
