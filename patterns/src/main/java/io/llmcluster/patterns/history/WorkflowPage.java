package io.llmcluster.patterns.history;

import java.util.List;

/**
 * A part of a list.
 *
 * @param workflows newest first
 * @param total how many match in all
 */
public record WorkflowPage(List<WorkflowSummary> workflows, int total) {}
