package io.llmcluster.patterns.decompose;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.request.RequestFields;
import io.llmcluster.patterns.task.OnFail;
import java.util.Set;

/**
 * The parameters of a decomposition, as they stand in its prepared request.
 *
 * @param maxTasks of one plan, 1 to 50
 * @param external whether tasks are done by somebody outside, who takes and reports them
 * @param approvePlan whether a person approves or changes the plan
 * @param retries further attempts of a task after a failed one, 0 to 10
 * @param onFail what happens when a task has failed for good
 * @param maxReplans how often what is left is planned anew, 0 to 5
 */
public record DecomposeParams(
    int maxTasks,
    boolean external,
    boolean approvePlan,
    int retries,
    OnFail onFail,
    int maxReplans) {

  static final int MAX_TASKS = 12;
  static final int RETRIES = 2;
  static final int MAX_REPLANS = 1;

  private static final String AUTO = "auto";
  private static final String EXTERNAL = "external";

  /**
   * Reads them from any request, prepared or not.
   *
   * @throws io.llmcluster.patterns.program.RefusedRequest naming the field and what was expected
   */
  public static DecomposeParams of(ObjectNode request) {
    RequestFields fields = new RequestFields(request);
    return new DecomposeParams(
        fields.integer("maxTasks", MAX_TASKS, 1, 50),
        fields.oneOf("mode", AUTO, Set.of(AUTO, EXTERNAL)).equals(EXTERNAL),
        fields.flag("approvePlan", false),
        fields.integer("retries", RETRIES, 0, 10),
        OnFail.of(fields.oneOf("onFail", OnFail.FAIL.word(), OnFail.WORDS)),
        fields.integer("maxReplans", MAX_REPLANS, 0, 5));
  }

  void writeTo(ObjectNode prepared) {
    prepared
        .put("maxTasks", maxTasks)
        .put("mode", external ? EXTERNAL : AUTO)
        .put("approvePlan", approvePlan)
        .put("retries", retries)
        .put("onFail", onFail.word())
        .put("maxReplans", maxReplans);
  }
}
