package io.llmcluster.patterns.ensemble;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.vote.Tally;
import java.util.ArrayList;
import java.util.List;

/**
 * What a rule has found. It is recorded as a decision of the rule's own, {@code aggregate/RULE}.
 *
 * @param chosen answer of a vote, else the step whose output is the answer
 * @param tally as the rule counts
 * @param agreement 0 to 1
 * @param notes what was not as asked for
 * @param detail whatever else explains it
 */
record Verdict(
    String chosen, Tally tally, double agreement, List<String> notes, ObjectNode detail) {

  static Verdict of(String chosen, Tally tally, double agreement, List<String> notes) {
    return new Verdict(chosen, tally, agreement, notes, JsonNodeFactory.instance.objectNode());
  }

  /** The step that says it, word for word. */
  Verdict from(String step) {
    detail.put("from", step);
    return this;
  }

  static String from(Decision decision) {
    return decision.detail().path("from").asText();
  }

  /** Who broke the tie; empty if there was none. */
  Verdict tieBreak(String by) {
    if (!by.isEmpty()) {
      detail.put("tieBreak", by);
    }
    return this;
  }

  Verdict detail(String name, int value) {
    detail.put(name, value);
    return this;
  }

  static String id(Rule rule) {
    return "aggregate/" + rule.wire();
  }

  static List<String> notes(Decision decision) {
    List<String> notes = new ArrayList<>();
    decision.detail().path("notes").forEach(note -> notes.add(note.asText()));
    return notes;
  }

  /** The plan that records it; candidates that are still running are not needed any more. */
  Plan plan(Scene scene) {
    Rule rule = scene.params().rule();
    ArrayNode kept = detail.putArray("notes");
    notes.forEach(kept::add);
    ObjectNode answers = detail.putObject("answers");
    for (String id : scene.usable()) {
      scene.reading(id).ifPresent(answer -> answers.put(id, answer));
    }
    String said = rule.isVote() ? chosen : scene.reading(chosen).orElse("");
    List<String> dissent = said.isEmpty() ? List.of() : Tally.dissent(scene.votes(), said);
    Decision decision =
        new Decision(id(rule), rule.wire(), chosen, tally.weights(), dissent, agreement, detail);
    return Plan.decide(decision).skipping(scene.running());
  }
}
