package io.llmcluster.gateway.pattern;

import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.wire.WireException;

/**
 * What stands behind a prefix in a path: {@code ID} or {@code ID/ACTION}.
 *
 * @param action empty if there is none
 */
record ExecutionPath(String id, String action) {

  /** Fails with {@link WireException} 404 for what cannot be an id. */
  static ExecutionPath of(Exchange exchange, String prefix) {
    String rest = exchange.request().getUri().path().substring(prefix.length());
    int slash = rest.indexOf('/');
    String id = slash < 0 ? rest : rest.substring(0, slash);
    if (!WorkflowIds.isValid(id)) {
      throw new WireException(404, "workflow '" + id + "' not found");
    }
    return new ExecutionPath(id, slash < 0 ? "" : rest.substring(slash + 1));
  }

  WireException unknown() {
    return new WireException(404, "no such page: " + action);
  }
}
