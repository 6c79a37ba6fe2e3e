package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import java.util.Optional;

/**
 * A person's last word on a verdict: {@code true} or {@code {"approve": true}} takes it, a text or
 * {@code {"answer": "..."}} replaces it, {@code false} or {@code {"approve": false}} refuses it.
 * What is none of these is asked again: nothing is approved by mistake.
 */
final class Approval {

  private static final String ID = "verdict";

  private Approval() {}

  /** What the person said: an answer, or nothing if it was refused. */
  record Word(Optional<String> answer, boolean replaced) {}

  /** The question that is open; empty if there is a {@link #word}. */
  static Optional<Plan> asking(Run run, Decision verdict) {
    for (int time = 1; ; time++) {
      Optional<JsonNode> said = run.input(id(time));
      if (said.isEmpty()) {
        return Optional.of(Plan.ask(request(time, verdict)));
      }
      if (read(said.get(), verdict).isPresent()) {
        return Optional.empty();
      }
    }
  }

  /** The first input that can be understood. */
  static Optional<Word> word(Run run, Decision verdict) {
    for (int time = 1; run.input(id(time)).isPresent(); time++) {
      Optional<Word> word = run.input(id(time)).flatMap(said -> read(said, verdict));
      if (word.isPresent()) {
        return word;
      }
    }
    return Optional.empty();
  }

  private static String id(int time) {
    return time == 1 ? ID : ID + time;
  }

  private static InputRequest request(int time, Decision verdict) {
    return new InputRequest(
        id(time),
        "Is this the answer? Approve it, or give another.",
        JsonNodeFactory.instance
            .objectNode()
            .put("approve", true)
            .put("answer", verdict.detail().path("answer").asText())
            .put("rule", verdict.rule())
            .put("agreement", verdict.agreement()));
  }

  private static Optional<Word> read(JsonNode said, Decision verdict) {
    JsonNode approve = said.isBoolean() ? said : said.path("approve");
    if (approve.isBoolean() && !approve.asBoolean()) {
      return Optional.of(new Word(Optional.empty(), false));
    }
    String answer = said.isTextual() ? said.asText() : said.path("answer").asText();
    String proposed = verdict.detail().path("answer").asText();
    if (!answer.isBlank()) {
      return Optional.of(new Word(Optional.of(answer), !answer.equals(proposed)));
    }
    return approve.asBoolean()
        ? Optional.of(new Word(Optional.of(proposed), false))
        : Optional.empty();
  }
}
