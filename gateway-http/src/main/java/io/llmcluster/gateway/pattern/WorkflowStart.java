package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Workflows;
import io.llmcluster.patterns.request.RequestFields;
import io.llmcluster.patterns.workflow.WorkflowReply;
import java.util.concurrent.CompletionStage;

/** Begins workflows for clients. */
public final class WorkflowStart {

  private final Workflows workflows;

  public WorkflowStart(Workflows workflows) {
    this.workflows = workflows;
  }

  /**
   * Begins one.
   *
   * @param id new, or that of an earlier submission of the same request
   * @return its id; fails with {@link WireException} if it is refused
   */
  public CompletionStage<String> begin(
      Exchange exchange, String id, String pattern, ObjectNode request) {
    refuseForm(request, "format");
    return workflows
        .submit(id, pattern, request, exchange.tenant())
        .thenApply(
            reply -> {
              if (reply instanceof WorkflowReply.Refused refused) {
                throw WorkflowAnswers.refused(refused);
              }
              return id;
            });
  }

  /** A pattern's answer has the form that the pattern gives it. */
  static void refuseForm(ObjectNode request, String field) {
    new RequestFields(request).refuseForm(field, "with a pattern");
  }
}
