package io.llmcluster.patterns.debate;

import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a debate ends once it is decided, or when it cannot be. */
public final class Ending {

  private Ending() {}

  /** With the verdict, as it is or as a person wants it. */
  public static Plan of(Run run, Decision verdict, boolean approve) {
    String answer = verdict.detail().path("answer").asText();
    boolean degraded = verdict.detail().path("degraded").asBoolean();
    List<String> notes = new ArrayList<>();
    verdict.detail().path("notes").forEach(note -> notes.add(note.asText()));
    if (!approve) {
      return Plan.end(new Plan.End.Answered(answer, degraded, notes));
    }
    Optional<Approval.Word> word = Approval.word(run, verdict);
    if (word.isEmpty() && run.exhausted()) {
      notes.add("nobody approved it before the budget was used up");
      return Plan.end(new Plan.End.Answered(answer, true, notes));
    }
    if (word.isEmpty()) {
      return Approval.asking(run, verdict).orElseGet(Plan::waiting);
    }
    if (word.get().answer().isEmpty()) {
      return Plan.giveUp("the verdict was refused");
    }
    notes.add(word.get().replaced() ? "a person replaced the verdict" : "a person approved it");
    return Plan.end(new Plan.End.Answered(word.get().answer().get(), degraded, notes));
  }

  /** Without a single answer in the form asked for: with any words of a debater, as they are. */
  public static Plan withoutAnswers(Run run) {
    List<StepRecord> said =
        run.steps(
            step ->
                step.is(StepRecord.Status.COMPLETED)
                    && step.spec().kind().equals("debater")
                    && !step.output().isBlank());
    if (!said.isEmpty()) {
      return Plan.answer(
          said.get(0).output().strip(), List.of("no debater answered in the form asked for"));
    }
    return Plan.giveUp(
        run.steps(step -> step.is(StepRecord.Status.FAILED)).stream()
            .findFirst()
            .map(step -> "no debater answered; " + step.id() + ": " + step.reason())
            .orElse(run.exhausted() ? "the budget was used up before any answer" : "no answer"));
  }
}
