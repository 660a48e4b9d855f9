package io.pharos.rule.send;

import java.io.IOException;

/// Posts alerts to one alertmanager.
interface AlertPost {
    /// Posts a body of JSON and answers the status.
    int post(String url, byte[] json) throws IOException, InterruptedException;
}
