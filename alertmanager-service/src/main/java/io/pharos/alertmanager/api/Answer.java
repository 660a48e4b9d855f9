package io.pharos.alertmanager.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// What a request is answered with.
///
/// @param body null for none
record Answer(int status, @Nullable JsonNode body, Map<String, String> headers) {
    static final JsonMapper JSON = JsonMapper.builder().build();

    static Answer ok(JsonNode body) {
        return new Answer(200, body, Map.of());
    }

    static Answer empty(int status) {
        return new Answer(status, null, Map.of());
    }

    /// An error of a handler: a bare JSON string.
    static Answer text(int status, String message) {
        return new Answer(status, JsonNodeFactory.instance.stringNode(message), Map.of());
    }

    /// An error of the framework: `{"code":N,"message":"…"}`.
    static Answer frame(int status, int code, String message) {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("code", code);
        body.put("message", message);
        return new Answer(status, body, Map.of());
    }

    /// Thrown where checking a request finds it wrong.
    static final class Refusal extends RuntimeException {
        private final transient Answer answer;

        Refusal(Answer answer) {
            super(String.valueOf(answer.body()), null, false, false);
            this.answer = answer;
        }

        Answer answer() {
            return answer;
        }
    }
}
