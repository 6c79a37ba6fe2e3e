package io.llmcluster.patterns.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.request.RequestChange;
import io.llmcluster.patterns.request.RequestFields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The request of a recorded run with some of it changed. */
final class ChangedRequest {

  private ChangedRequest() {}

  /**
   * Checked and completed as a new one is. Who took part still does, unless the change is about
   * them; and what a budget was raised to still holds, but for what the change says of it.
   *
   * @param said by the client, see {@link RequestChange#said}; null: not recorded
   * @throws RefusedRequest naming the field and what was expected
   */
  static ObjectNode prepared(
      ObjectNode before,
      @Nullable ObjectNode said,
      ObjectNode changes,
      Pattern pattern,
      Cast cast) {
    new RequestFields(changes).refuseForm("format", "with a pattern");
    ObjectNode prepared = pattern.prepare(RequestChange.of(before, said, changes), cast);
    Crew crew = Crew.of(before);
    boolean sameAgents = !RequestChange.concernsModels(changes) && !changes.has("agents");
    if (!crew.members().isEmpty() && sameAgents) {
      crew.writeTo(prepared);
    }
    keepBudget(before, changes, prepared);
    return prepared;
  }

  /**
   * The client has said how much there was at first: with that, what was paid for since is lost.
   */
  private static void keepBudget(ObjectNode before, ObjectNode changes, ObjectNode prepared) {
    boolean takenBack = changes.path("budget").isNull();
    if (takenBack || !(prepared.path("budget") instanceof ObjectNode budget)) {
      return;
    }
    for (Map.Entry<String, JsonNode> most : before.path("budget").properties()) {
      if (!changes.path("budget").has(most.getKey())) {
        budget.set(most.getKey(), most.getValue());
      }
    }
  }
}
