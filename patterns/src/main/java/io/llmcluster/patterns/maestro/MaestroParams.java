package io.llmcluster.patterns.maestro;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.request.RequestFields;

/**
 * The parameters of a MAESTRO run, as they stand in its prepared request.
 *
 * @param maxAssignments of one plan, 1 to 20
 * @param parallel assignments at a time, each with its reviews and revisions, 1 to 20
 * @param maxRevisions of one assignment, and of the final answer, 0 to 5
 * @param maxReplans how often what is left is planned anew, 0 to 5
 * @param maxStall setbacks in a row that end a plan, 1 to 20
 */
public record MaestroParams(
    int maxAssignments, int parallel, int maxRevisions, int maxReplans, int maxStall) {

  static final int MAX_ASSIGNMENTS = 6;
  static final int PARALLEL = 3;
  static final int MAX_REVISIONS = 1;
  static final int MAX_REPLANS = 1;

  /** As in Magentic-One (arXiv 2411.04468): more of the same does not help. */
  static final int MAX_STALL = 2;

  /**
   * Reads them from any request, prepared or not.
   *
   * @throws io.llmcluster.patterns.program.RefusedRequest naming the field and what was expected
   */
  public static MaestroParams of(ObjectNode request) {
    RequestFields fields = new RequestFields(request);
    return new MaestroParams(
        fields.integer("maxAssignments", MAX_ASSIGNMENTS, 1, 20),
        fields.integer("parallel", PARALLEL, 1, 20),
        fields.integer("maxRevisions", MAX_REVISIONS, 0, 5),
        fields.integer("maxReplans", MAX_REPLANS, 0, 5),
        fields.integer("maxStall", MAX_STALL, 1, 20));
  }

  void writeTo(ObjectNode prepared) {
    prepared
        .put("maxAssignments", maxAssignments)
        .put("parallel", parallel)
        .put("maxRevisions", maxRevisions)
        .put("maxReplans", maxReplans)
        .put("maxStall", maxStall);
  }
}
