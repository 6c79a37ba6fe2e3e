package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.request.RequestFields;
import java.util.List;

/** Checks a request for a debate and fills in what was left out. */
public final class DebateRequest {

  private static final List<String> OWN =
      List.of(
          "debaters",
          "rounds",
          "topology",
          "agreementIntensity",
          "roles",
          "stopWhen",
          "gate",
          "answers",
          "judge",
          "temperature",
          "approve");

  private DebateRequest() {}

  /**
   * The complete request.
   *
   * @throws RefusedRequest naming the field and what was expected
   */
  public static ObjectNode prepare(ObjectNode request, Cast cast) {
    RequestFields fields = new RequestFields(request);
    int voices = fields.integer("debaters", DebateParams.DEBATERS, 2, DebateParams.MOST_DEBATERS);
    String judge = fields.text("judge", "");
    ObjectNode out =
        CommonRequest.prepare(
            request, cast.withoutJudge(judge, voices), voices, DebateParams.MOST_DEBATERS);
    List<String> models = CommonRequest.models(out);
    for (String field : OWN) {
      JsonNode value = fields.get(field);
      if (value != null) {
        out.set(field, value.deepCopy());
      }
    }
    if (!out.has("debaters")) {
      // one or none named, or fewer there than wanted: a model may speak for several debaters
      boolean few = models.size() < 2 || out.path("modelsChosen").asBoolean();
      out.put("debaters", few ? voices : models.size());
    }
    if (isAmong(models, judge)) {
      throw new RefusedRequest("judge", judge, "a model that does not debate");
    }
    out.put("judge", judge.isBlank() ? judge(models, cast) : judge);
    DebateParams.of(out).writeTo(out);
    return out;
  }

  private static String judge(List<String> models, Cast cast) {
    return cast.strongestBeside(models).orElse(models.get(0));
  }

  private static boolean isAmong(List<String> models, String judge) {
    return models.stream().anyMatch(one -> ModelName.key(one).equals(ModelName.key(judge)));
  }
}
