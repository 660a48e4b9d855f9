package io.pharos.runtime.web;

/// Answers one request. Runs on a virtual thread of its own: it may block, and is interrupted when the client goes
/// away.
@FunctionalInterface
public interface ApiHandler {
    /// Throws [io.pharos.model.port.ApiException] to fail with one of the API's error types; anything else thrown is
    /// answered as `internal` and logged.
    Answer answer(ApiRequest request) throws Exception;
}
