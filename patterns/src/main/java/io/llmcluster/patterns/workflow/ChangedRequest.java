package io.llmcluster.patterns.workflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.request.CommonRequest;

/** The request of a recorded run with some of it changed. */
final class ChangedRequest {

  private ChangedRequest() {}

  /**
   * Checked and completed as a new one is. Who took part still does, unless the change is about
   * models.
   *
   * @throws RefusedRequest naming the field and what was expected
   */
  static ObjectNode prepared(ObjectNode before, ObjectNode changes, Pattern pattern, Cast cast) {
    ObjectNode prepared = pattern.prepare(CommonRequest.changed(before, changes), cast);
    Crew crew = Crew.of(before);
    if (!crew.members().isEmpty() && !CommonRequest.changesModels(changes)) {
      crew.writeTo(prepared);
    }
    return prepared;
  }
}
