package io.llmcluster.patterns.ensemble;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.request.RequestFields;
import io.llmcluster.patterns.vote.AnswerForm;
import io.llmcluster.patterns.vote.ClosedQuestions;
import io.llmcluster.patterns.vote.RankedVote;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Checks a request and fills in what it leaves out. What only some rules need is filled in for all,
 * so that a recorded run can be decided again by another rule.
 */
final class EnsembleRequest {

  /** Models of one ensemble. */
  static final int MOST_MODELS = 8;

  /** Candidates that are compared in pairs: eight are 56 comparisons for each judge. */
  static final int MOST_COMPARED = 8;

  private static final int VOICES = 3;
  private static final int MOST_SAMPLES = 16;
  private static final int MOST_LAYERS = 3;
  private static final int PANEL = 3;
  private static final int HOUR_SECONDS = 3600;

  private EnsembleRequest() {}

  static ObjectNode prepare(ObjectNode request, Cast cast) {
    RequestFields fields = new RequestFields(request);
    boolean self = fields.oneOf("mode", "MIXED", Set.of("MIXED", "SELF")).equals("SELF");
    int wanted = fields.integer("voices", VOICES, 1, MOST_MODELS);
    Cast voices = self ? cast : cast.withoutJudge(fields.text("aggregator", ""), wanted);
    ObjectNode out = CommonRequest.prepare(request, voices, self ? 1 : wanted, MOST_MODELS);
    List<String> models = CommonRequest.models(out);
    if (self && models.size() > 1) {
      throw new RefusedRequest("models", models.size() + " of them", "one in mode SELF");
    }
    out.put("mode", self ? "SELF" : "MIXED");
    out.put("voices", wanted);
    voices(fields, out, self, wanted, models.size());
    sampling(fields, out);
    judging(fields, cast, out, models);
    return out;
  }

  /** Too few models answer more often, so that there still is something to vote on. */
  private static void voices(
      RequestFields fields, ObjectNode out, boolean self, int wanted, int models) {
    boolean named = !out.path("modelsChosen").asBoolean();
    int samples = named && !self ? 1 : (wanted + models - 1) / models;
    samples = fields.integer("samplesPerModel", samples, 1, MOST_SAMPLES);
    out.put("samplesPerModel", samples);
    out.put("modelsMissing", named || self ? 0 : Math.max(0, wanted - models));
    out.put("quorum", quorum(fields, models * samples));
    out.put("onQuorumMiss", fields.oneOf("onQuorumMiss", "degrade", Set.of("degrade", "fail")));
  }

  private static int quorum(RequestFields fields, int voices) {
    JsonNode given = fields.get("quorum");
    if (given == null || given.isTextual()) {
      String word = fields.oneOf("quorum", "majority", Set.of("majority", "all"));
      return word.equals("all") ? voices : voices / 2 + 1;
    }
    return fields.integer("quorum", 1, 1, voices);
  }

  private static void sampling(RequestFields fields, ObjectNode out) {
    double usual = fields.within("options").number("temperature", 0.7, 0, 2);
    out.put("temperature", fields.number("temperature", usual, 0, 2));
    out.put("judgeTemperature", fields.number("judgeTemperature", 0, 0, 2));
    out.put(
        "stragglerDeadline",
        fields.integer("stragglerDeadline", StepSpec.DEADLINE_SECONDS, 1, HOUR_SECONDS));
  }

  private static void judging(
      RequestFields fields, Cast cast, ObjectNode out, List<String> models) {
    JsonNode given = fields.get("answers");
    AnswerForm answers =
        given == null ? ClosedQuestions.detect(CommonRequest.question(out)) : AnswerForm.of(given);
    Rule rule =
        Rule.of(fields.oneOf("rule", answers.isClosed() ? "majority" : "synthesize", Rule.words()));
    int voices = models.size() * out.path("samplesPerModel").asInt();
    if (rule.comparesPairs() && voices > MOST_COMPARED) {
      throw new RefusedRequest(
          "rule", rule.wire(), "another one for more than " + MOST_COMPARED + " candidates");
    }
    out.set("answers", answers.json());
    out.put("rule", rule.wire());
    String aggregator =
        fields.text("aggregator", cast.strongestBeside(models).orElse(models.get(0)));
    out.put("aggregator", aggregator);
    List<String> judges = fields.texts("judges", MOST_MODELS);
    (judges.isEmpty() ? panel(cast, models) : judges).forEach(out.putArray("judges")::add);
    out.put("rankedBy", wire(rankedBy(fields.oneOf("rankedBy", "borda", rankings()))));
    out.put("layers", fields.integer("layers", 1, 1, MOST_LAYERS));
    out.put("verify", fields.flag("verify", false));
    out.put("tieBreak", fields.oneOf("tieBreak", "judge", Set.of("judge", "seeded")));
    out.put("minVoteShare", minVoteShare(fields, rule));
  }

  /** A bound that nothing holds would be trusted all the same. */
  private static double minVoteShare(RequestFields fields, Rule rule) {
    double share = fields.number("minVoteShare", 0, 0, 1);
    if (share > 0 && !rule.isVote()) {
      throw new RefusedRequest(
          "minVoteShare", share, "rule majority or weighted, not " + rule.wire());
    }
    return share;
  }

  /**
   * The strongest that are no candidates; of those that are, only as many as a panel lacks, since
   * one judge is none.
   */
  private static List<String> panel(Cast cast, List<String> models) {
    List<String> taken = new ArrayList<>(models);
    List<String> judges = new ArrayList<>();
    while (judges.size() < PANEL) {
      String next = cast.strongestBeside(taken).orElse("");
      if (next.isEmpty() || isAmong(taken, next)) {
        break;
      }
      judges.add(next);
      taken.add(next);
    }
    models.stream().distinct().limit((long) PANEL - judges.size()).forEach(judges::add);
    return judges;
  }

  private static boolean isAmong(List<String> models, String name) {
    return models.stream().anyMatch(one -> ModelName.key(one).equals(ModelName.key(name)));
  }

  static RankedVote rankedBy(String wire) {
    return RankedVote.valueOf(wire.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static String wire(RankedVote vote) {
    return vote.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Set<String> rankings() {
    Set<String> words = new java.util.TreeSet<>();
    for (RankedVote vote : RankedVote.values()) {
      words.add(wire(vote));
    }
    return words;
  }
}
