package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.request.RequestFields;
import io.llmcluster.patterns.vote.AnswerForm;
import io.llmcluster.patterns.vote.ClosedQuestions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a debate, as they stand in its prepared request.
 *
 * @param models of the debaters; the n-th debater speaks through the n-th, from the first again
 *     when there are fewer
 * @param debaters 2 to 8, at least as many as models
 * @param rounds of critique at most, 1 to 5
 * @param topology {@code full}, {@code ring} or {@code auto}: full up to 3, ring from 4
 * @param agreementIntensity share of the cases in which a debater is told to agree, 0 to 1 (arXiv
 *     2311.17371); null: it is told nothing
 * @param advocates whether debaters are advocate and critic by turns instead of peers
 * @param stopWhen what ends the rounds early
 * @param gate weight that an answer needs so that nothing is debated, 0 to 1
 * @param answers which answers the question has
 * @param judge a model that does not debate if there is one
 * @param temperature of the debaters, 0 to 2
 * @param approve whether a person has the last word
 * @param seed of all chance
 */
public record DebateParams(
    List<String> models,
    int debaters,
    int rounds,
    String topology,
    @Nullable Double agreementIntensity,
    boolean advocates,
    Set<String> stopWhen,
    double gate,
    AnswerForm answers,
    String judge,
    double temperature,
    boolean approve,
    long seed) {

  static final int DEBATERS = 3;
  static final int MOST_DEBATERS = 8;
  static final int MOST_ROUNDS = 5;

  /** With more debaters, all reading all costs more than it brings (arXiv 2406.11776). */
  private static final int MOST_IN_FULL = 3;

  /** The threshold of arXiv 2504.05047 ("debate only when necessary"). */
  private static final double GATE = 0.8;

  private static final double TEMPERATURE = 0.7;

  static final String UNANIMITY = "unanimity";
  static final String NO_CHANGE = "noChange";
  static final String JUDGE = "judge";
  static final String BUDGET = "budget";

  private static final String PEER = "peer";
  private static final String ADVOCATE_CRITIC = "advocate/critic";

  /**
   * Reads them from a prepared request, or one that holds at least the common fields.
   *
   * @throws RefusedRequest naming the field and what was expected
   */
  public static DebateParams of(ObjectNode request) {
    RequestFields fields = new RequestFields(request);
    List<String> models = CommonRequest.models(request);
    int least = Math.max(2, models.size());
    double usual = fields.within("options").number("temperature", TEMPERATURE, 0, 2);
    return new DebateParams(
        models,
        fields.integer("debaters", least, least, MOST_DEBATERS),
        fields.integer("rounds", 1, 1, MOST_ROUNDS),
        fields.oneOf("topology", "auto", Set.of("full", "ring", "auto")),
        fields.has("agreementIntensity") ? fields.number("agreementIntensity", 0, 0, 1) : null,
        fields.oneOf("roles", PEER, Set.of(PEER, ADVOCATE_CRITIC)).equals(ADVOCATE_CRITIC),
        stopWhen(fields),
        fields.number("gate", GATE, 0, 1),
        answers(request),
        fields.text("judge", models.get(0)),
        fields.number("temperature", usual, 0, 2),
        fields.flag("approve", false),
        CommonRequest.seed(request));
  }

  private static Set<String> stopWhen(RequestFields fields) {
    Set<String> known = Set.of(UNANIMITY, NO_CHANGE, JUDGE, BUDGET);
    if (!fields.has("stopWhen")) {
      return new TreeSet<>(Set.of(UNANIMITY, NO_CHANGE, BUDGET));
    }
    Set<String> wanted = new LinkedHashSet<>();
    for (String word : fields.texts("stopWhen", known.size())) {
      wanted.add(
          known.stream()
              .filter(word::equalsIgnoreCase)
              .findFirst()
              .orElseThrow(
                  () ->
                      new RefusedRequest(
                          "stopWhen", word, "one of " + String.join(", ", new TreeSet<>(known)))));
    }
    return new TreeSet<>(wanted);
  }

  private static AnswerForm answers(ObjectNode request) {
    JsonNode given = request.path("answers");
    return given.isMissingNode() || given.isNull()
        ? ClosedQuestions.detect(CommonRequest.question(request))
        : AnswerForm.of(given);
  }

  /** Writes all of them, so that later defaults change nothing. */
  void writeTo(ObjectNode out) {
    out.put("debaters", debaters)
        .put("rounds", rounds)
        .put("topology", topology)
        .put("roles", advocates ? ADVOCATE_CRITIC : PEER)
        .put("gate", gate)
        .put("judge", judge)
        .put("temperature", temperature)
        .put("approve", approve);
    if (agreementIntensity != null) {
      out.put("agreementIntensity", agreementIntensity);
    }
    ArrayNode stops = out.putArray("stopWhen");
    stopWhen.forEach(stops::add);
    out.set("answers", answers.json());
  }

  String model(int debater) {
    return models.get(debater % models.size());
  }

  /** Whether so many debaters see only their neighbours. */
  boolean isRing(int present) {
    return topology.equals("ring") || (topology.equals("auto") && present > MOST_IN_FULL);
  }

  /** Whether the judge has a say in what it debates itself. */
  public boolean judgeDebates() {
    return models.subList(0, Math.min(debaters, models.size())).contains(judge);
  }
}
