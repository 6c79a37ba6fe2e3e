package io.llmcluster.patterns.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Plays a program over a record from the beginning, as far as the record has what it wants: which
 * steps it comes by, what it decides, and what it asks a person. Nobody is called.
 */
final class Replay {

  /** A program that wants more goes round in circles. */
  private static final int MOST_TURNS = 10_000;

  /** Whether a recorded step serves for one that is wanted. */
  interface Serving {

    /**
     * @param run as far as it is played again
     */
    boolean test(StepRecord step, StepSpec wanted, Run run);
  }

  private final Run record;
  private final Serving stays;
  private final Predicate<InputRequest> holds;
  private final Map<String, JsonNode> proposals = new HashMap<>();
  private Run run;

  private Replay(Run record, ObjectNode request, Serving stays, Predicate<InputRequest> holds) {
    this.record = record;
    this.stays = stays;
    this.holds = holds;
    this.run = Run.of(request);
  }

  /**
   * @param request with which the program is asked
   * @param stays whether a recorded step serves for the one that is wanted now
   * @param holds whether what was said to an input counts for what is asked now
   */
  static Replay of(
      Run record,
      ObjectNode request,
      Pattern pattern,
      Serving stays,
      Predicate<InputRequest> holds) {
    Replay replay = new Replay(record, request, stays, holds);
    replay.play(pattern);
    return replay;
  }

  /** Of the record as it is: all that is over, and all that was said. */
  static Replay asItWas(Run record, Pattern pattern) {
    return of(
        record, record.request(), pattern, (step, wanted, run) -> step.isOver(), asked -> true);
  }

  /** What of the record the program came by, and what it decided. */
  Run run() {
    return run;
  }

  /** Whether the program asked this, and proposed the same: only then a word on it counts. */
  boolean asked(InputRequest input) {
    return input.proposal().equals(proposals.get(input.id()));
  }

  private void play(Pattern pattern) {
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      Plan plan;
      try {
        plan = pattern.next(run);
      } catch (RuntimeException fault) { // the workflow will meet it and say so
        return;
      }
      if (plan.end() != null || !follow(plan)) {
        return;
      }
    }
  }

  /** Whether the record has anything of what the program wants. */
  private boolean follow(Plan plan) {
    if (plan.decision() != null && run.decision(plan.decision().id()).isEmpty()) {
      run = run.with(plan.decision());
      return true;
    }
    if (plan.input() != null) {
      return said(plan.input());
    }
    boolean any = false;
    for (StepSpec wanted : plan.steps()) {
      Optional<StepRecord> step = run.isOver(wanted.id()) ? Optional.empty() : recorded(wanted);
      step.ifPresent(done -> run = run.with(done));
      any |= step.isPresent();
    }
    return any;
  }

  private boolean said(InputRequest input) {
    proposals.put(input.id(), input.proposal());
    Optional<JsonNode> said =
        record.input(input.id()).filter(value -> run.input(input.id()).isEmpty());
    if (said.isEmpty() || !holds.test(input)) {
      return false;
    }
    run = run.with(input.id(), said.get());
    return true;
  }

  /** By the references of now: in another record the same text may stand elsewhere. */
  private Optional<StepRecord> recorded(StepSpec wanted) {
    return record
        .step(wanted.id())
        .filter(step -> stays.test(step, wanted, run))
        .map(step -> step.telling(wanted.prompt()));
  }
}
