package io.pharos.standalone.cli.amtool;

import java.util.List;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/// Shows a part of the server's status.
abstract class StatusCommand extends AmtoolCommand {
    private final BiConsumer<Output, JsonNode> part;

    StatusCommand(BiConsumer<Output, JsonNode> part) {
        this.part = part;
    }

    @Override
    public Integer call() {
        Output output = amtool().output();
        try (AmtoolClient client = amtool().client()) {
            part.accept(output, client.get("/status", List.of()));
        }
        return 0;
    }
}
