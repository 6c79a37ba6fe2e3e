package io.llmcluster.patterns.history;

import io.llmcluster.patterns.workflow.Definition;
import io.llmcluster.patterns.workflow.WorkflowEvent;

/**
 * A workflow in a list.
 *
 * @param status as the API names it
 * @param createdAt ms since 1970
 * @param changedAt when its status last changed, ms since 1970
 * @param sequenceNr of the event that changed it
 */
public record WorkflowSummary(
    String id,
    String pattern,
    String tenant,
    WorkflowStatus status,
    long createdAt,
    long changedAt,
    long sequenceNr) {

  static WorkflowSummary begun(String id, Definition definition, long sequenceNr) {
    return new WorkflowSummary(
        id,
        definition.pattern(),
        definition.tenant(),
        WorkflowStatus.RUNNING,
        definition.createdAt(),
        definition.createdAt(),
        sequenceNr);
  }

  /** After a later event that concerns lists. */
  WorkflowSummary after(WorkflowEvent event, WorkflowStatus now, long number) {
    return new WorkflowSummary(id, pattern, tenant, now, createdAt, event.at(), number);
  }
}
