package io.llmcluster.gateway.workflow;

import io.llmcluster.gateway.pattern.WorkflowIds;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.wire.WireException;
import java.util.List;

/**
 * {@code /api/workflow/ID}, {@code .../ID/ACTION}, {@code .../ID/task/TASK} or {@code
 * .../ID/task/TASK/ACTION}.
 *
 * @param id of the workflow
 * @param task empty if none is named
 * @param action empty if none is named
 */
record WorkflowPath(String id, String task, String action) {

  static final String PREFIX = "/api/workflow/";

  /** Fails with {@link WireException} 404 for any other path. */
  static WorkflowPath of(Exchange exchange) {
    String rest = exchange.request().getUri().path().substring(PREFIX.length());
    List<String> parts = List.of(rest.split("/", -1));
    String id = parts.get(0);
    if (!WorkflowIds.isValid(id)) {
      throw new WireException(404, "workflow '" + id + "' not found");
    }
    boolean task = parts.size() > 2 && parts.get(1).equals("task") && !parts.get(2).isEmpty();
    if (task && parts.size() <= 4) {
      return new WorkflowPath(id, parts.get(2), parts.size() == 4 ? parts.get(3) : "");
    }
    if (!task && parts.size() <= 2) {
      return new WorkflowPath(id, "", parts.size() == 2 ? parts.get(1) : "");
    }
    throw new WireException(404, "no such page: " + rest);
  }

  WireException unknown() {
    String page = task.isEmpty() ? action : "task/" + task + (action.isEmpty() ? "" : "/" + action);
    return new WireException(404, "no such page: " + page);
  }
}
