package io.llmcluster.patterns.history;

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

  static WorkflowSummary begun(
      String id, String pattern, String tenant, long createdAt, long sequenceNr) {
    return new WorkflowSummary(
        id, pattern, tenant, WorkflowStatus.RUNNING, createdAt, createdAt, sequenceNr);
  }

  /** After a later event that concerns lists. */
  WorkflowSummary after(WorkflowStatus now, long at, long number) {
    return new WorkflowSummary(id, pattern, tenant, now, createdAt, at, number);
  }
}
