package io.llmcluster.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.testkit.Gateway;
import java.util.ArrayList;
import java.util.List;

/**
 * A way to get an answer.
 *
 * @param name in the table
 * @param pattern of the API
 * @param settings of its request
 * @param models that it uses
 */
record Way(String name, String pattern, String settings, List<String> models) {

  /** How often one model is asked for its self-consistency. */
  private static final int SAMPLES = 5;

  /** All of them; the first is one model alone, against which the others are counted. */
  static List<Way> all(List<String> models) {
    List<String> one = models.subList(0, 1);
    // Few models answer several times, so that there is something to vote on.
    int each = Math.max(1, (3 + models.size() - 1) / models.size());
    String several = ",\"samplesPerModel\":" + each;
    List<Way> ways = new ArrayList<>();
    ways.add(alone(models.get(0)));
    ways.add(vote("self-consistency " + SAMPLES, models.get(0), SAMPLES));
    for (String rule :
        List.of("majority", "weighted", "ranked", "select", "judge", "panel", "synthesize")) {
      ways.add(new Way("ensemble " + rule, "ensemble", rule(rule) + several, models));
    }
    ways.add(new Way("debate", "debate", "", models.size() > 1 ? models : List.of()));
    ways.add(new Way("auto", "auto", "", one));
    return ways;
  }

  /** One model, once. */
  static Way alone(String model) {
    return vote("single", model, 1);
  }

  /** One model, so many times, and a majority; ties go to the seed. */
  static Way vote(String name, String model, int samples) {
    return new Way(
        name,
        "ensemble",
        rule("majority")
            + ",\"mode\":\"SELF\",\"tieBreak\":\"seeded\",\"samplesPerModel\":"
            + samples,
        List.of(model));
  }

  private static String rule(String rule) {
    return ",\"rule\":\"" + rule + "\"";
  }

  /** The request for a question. */
  String request(Question question, int tokens, long seed) {
    ObjectNode request = (ObjectNode) Gateway.parse("{\"seed\":" + seed + settings + "}");
    request.put("prompt", question.text());
    request.set("answers", question.form());
    if (!models.isEmpty()) {
      models.forEach(request.putArray("models")::add);
    }
    request.putObject("options").put("num_predict", tokens);
    return request.toString();
  }
}
