package io.llmcluster.patterns.ensemble;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.patterns.request.CommonRequest;
import io.llmcluster.patterns.vote.AnswerForm;
import io.llmcluster.patterns.vote.RankedVote;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of a prepared request.
 *
 * @param models that answer, 1 to 8
 * @param samplesPerModel answers of each, at least 1
 * @param modelsMissing how many fewer models were there than wanted
 * @param temperature of candidates, 0 to 2
 * @param judgeTemperature of whoever judges, writes or verifies, 0 to 2
 * @param quorum candidates that have to answer usably, 1 to all
 * @param failsBelowQuorum whether a missed quorum or vote share ends the run without an answer
 * @param stragglerDeadline of one candidate, seconds from the moment that a node has it
 * @param judgeBreaksTies whether a tie goes to the aggregator before it goes to the seed
 * @param minVoteShare share of the weight that a vote's winner should have, 0 to 1
 * @param aggregator that selects, compares, writes, breaks ties and verifies
 * @param judges of a panel or a ranking, at least 1
 * @param rule how one answer is made
 * @param rankedBy how rankings are counted
 * @param layers of proposals before the synthesis, 1 to 3
 * @param verify whether the answer is checked against the question
 * @param answers which answers the question has
 * @param seed of every draw
 */
record EnsembleParams(
    List<String> models,
    int samplesPerModel,
    int modelsMissing,
    double temperature,
    double judgeTemperature,
    int quorum,
    boolean failsBelowQuorum,
    int stragglerDeadline,
    boolean judgeBreaksTies,
    double minVoteShare,
    String aggregator,
    List<String> judges,
    Rule rule,
    RankedVote rankedBy,
    int layers,
    boolean verify,
    AnswerForm answers,
    long seed) {

  static EnsembleParams of(JsonNode prepared) {
    List<String> judges = new ArrayList<>();
    prepared.path("judges").forEach(judge -> judges.add(judge.asText()));
    return new EnsembleParams(
        CommonRequest.models(prepared),
        prepared.path("samplesPerModel").asInt(),
        prepared.path("modelsMissing").asInt(),
        prepared.path("temperature").asDouble(),
        prepared.path("judgeTemperature").asDouble(),
        prepared.path("quorum").asInt(),
        prepared.path("onQuorumMiss").asText().equals("fail"),
        prepared.path("stragglerDeadline").asInt(),
        prepared.path("tieBreak").asText().equals("judge"),
        prepared.path("minVoteShare").asDouble(),
        prepared.path("aggregator").asText(),
        List.copyOf(judges),
        Rule.of(prepared.path("rule").asText()),
        EnsembleRequest.rankedBy(prepared.path("rankedBy").asText()),
        prepared.path("layers").asInt(),
        prepared.path("verify").asBoolean(),
        AnswerForm.of(prepared.path("answers")),
        CommonRequest.seed(prepared));
  }

  /** How many candidates there are. */
  int voices() {
    return models.size() * samplesPerModel;
  }
}
