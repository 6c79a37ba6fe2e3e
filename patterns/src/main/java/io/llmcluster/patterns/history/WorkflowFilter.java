package io.llmcluster.patterns.history;

import java.util.Set;

/**
 * Which workflows are wanted.
 *
 * @param statuses any of these; empty: all
 * @param pattern its name; empty: any
 * @param tenant whose; empty: anybody's
 * @param createdBefore ms since 1970
 * @param createdAfter ms since 1970
 * @param changedBefore ms since 1970; when its status last changed
 */
public record WorkflowFilter(
    Set<WorkflowStatus> statuses,
    String pattern,
    String tenant,
    long createdBefore,
    long createdAfter,
    long changedBefore) {

  public static final WorkflowFilter ALL =
      new WorkflowFilter(Set.of(), "", "", Long.MAX_VALUE, Long.MIN_VALUE);

  public WorkflowFilter {
    statuses = Set.copyOf(statuses);
  }

  /** Whenever they last changed. */
  public WorkflowFilter(
      Set<WorkflowStatus> statuses,
      String pattern,
      String tenant,
      long createdBefore,
      long createdAfter) {
    this(statuses, pattern, tenant, createdBefore, createdAfter, Long.MAX_VALUE);
  }

  boolean matches(WorkflowSummary workflow) {
    return (statuses.isEmpty() || statuses.contains(workflow.status()))
        && (pattern.isEmpty() || pattern.equals(workflow.pattern()))
        && (tenant.isEmpty() || tenant.equals(workflow.tenant()))
        && workflow.createdAt() < createdBefore
        && workflow.createdAt() > createdAfter
        && workflow.changedAt() < changedBefore;
  }
}
