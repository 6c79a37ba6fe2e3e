package io.llmcluster.patterns.debate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llmcluster.patterns.debate.Turn.What;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.structured.Structured;
import io.llmcluster.patterns.structured.Structured.Outcome;
import io.llmcluster.patterns.vote.Confidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the rounds of a debate out of what is recorded. */
public final class Rounds {

  /** What models write when they have nothing to name. */
  private static final Set<String> NOTHING =
      Set.of("", "none", "no", "na", "null", "nothing", "noerror", "noerrors", "noerrorfound");

  private final Run run;
  private final DebateParams params;
  private final DebateSteps steps;

  public Rounds(Run run, DebateParams params) {
    this.run = run;
    this.params = params;
    this.steps = new DebateSteps(run.request(), params);
  }

  /** The independent first answers of the first so many debaters. */
  public Round opening(int debaters) {
    Table before = Table.of(debaters);
    return read(0, before, debater -> steps.first(debater));
  }

  /** A round in which each sees the others. */
  public Round critique(int number, Table before) {
    return read(
        number,
        before,
        debater ->
            steps.critique(
                number, debater, before.standing().get(debater), seenBy(debater, before)));
  }

  private List<Position> seenBy(int debater, Table table) {
    List<Integer> present = table.present();
    return Seating.seenBy(debater, present, params.isRing(present.size())).stream()
        .flatMap(other -> table.positions().stream().filter(one -> one.debater() == other))
        .toList();
  }

  private interface Asking {
    StepSpec step(int debater);
  }

  private Round read(int number, Table before, Asking asking) {
    List<StepSpec> pending = new ArrayList<>();
    List<Turn> turns = new ArrayList<>();
    Table after = before;
    for (int debater : before.present()) {
      StepSpec step = asking.step(debater);
      Outcome outcome = Structured.of(step, run, this::check);
      if (outcome instanceof Outcome.Pending open) {
        pending.add(open.step());
      } else {
        Turn turn = turn(debater, step.id(), before.standing().get(debater), outcome);
        turns.add(turn);
        after = after.after(turn);
      }
    }
    return new Round(number, pending, turns, after);
  }

  /** What the schema cannot say: an answer has to be given, in the question's form, or kept. */
  private List<String> check(JsonNode value) {
    String answer = value.path("answer").asText();
    if (value.path("keep").asBoolean()) {
      return List.of();
    }
    if (answer.isBlank()) {
      return List.of("answer: empty (expected: the complete answer)");
    }
    return params.answers().isClosed() && key(answer).isEmpty()
        ? List.of("answer: " + answer + " (expected: " + params.answers().instruction() + ")")
        : List.of();
  }

  private Turn turn(int debater, String step, @Nullable Position before, Outcome outcome) {
    if (!(outcome instanceof Outcome.Valid valid)) {
      return new Turn(debater, What.FAILED, step, before, before, "");
    }
    Position said = position(debater, valid);
    boolean keeps = valid.value().path("keep").asBoolean() || said.answer().isEmpty();
    if (before == null) {
      // nothing can be kept by one that has not answered yet
      return said.answer().isEmpty() || isUnreadable(said)
          ? new Turn(debater, What.FAILED, step, null, null, "")
          : new Turn(debater, What.ANSWERED, step, null, said, "");
    }
    if (keeps || isSame(before, said)) {
      Position kept =
          new Position(
              debater,
              before.answer(),
              before.key(),
              said.confidence(),
              before.answerStep(),
              said.reasoningStep());
      return new Turn(debater, What.KEPT, step, before, kept, "");
    }
    String error = valid.value().path("error").asText().strip();
    return isNothing(error)
        ? new Turn(debater, What.UNFOUNDED, step, before, before, "")
        : new Turn(debater, What.CHANGED, step, before, said, error);
  }

  private Position position(int debater, Outcome.Valid said) {
    String answer = said.value().path("answer").asText().strip();
    double confidence = Confidence.read(said.value().toString()).orElse(0);
    return new Position(debater, answer, key(answer), confidence, said.step(), said.step());
  }

  /** As an object, so that the whole of it is read as the answer. */
  private String key(String answer) {
    JsonNode whole = JsonNodeFactory.instance.objectNode().put("answer", answer);
    return params.answers().read(whole.toString()).orElse("");
  }

  private boolean isUnreadable(Position said) {
    return params.answers().isClosed() && said.key().isEmpty();
  }

  private static boolean isSame(Position before, Position said) {
    return before.answer().equals(said.answer())
        || (!before.key().isEmpty() && before.key().equals(said.key()));
  }

  private static boolean isNothing(String error) {
    return NOTHING.contains(error.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", ""));
  }
}
