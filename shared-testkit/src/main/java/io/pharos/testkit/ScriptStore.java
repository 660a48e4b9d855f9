package io.pharos.testkit;

import io.pharos.model.port.SampleSink;

/// Where [PromqlScriptRunner] loads the samples of a script.
public interface ScriptStore {
    SampleSink sink();

    /// Forgets all samples.
    void clear();

    /// Evaluations follow, of what was loaded until now.
    void loaded();
}
