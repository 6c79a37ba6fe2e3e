package io.llmcluster.patterns.program;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a program wants done now.
 *
 * @param steps to be running or done; those that are recorded already are not begun again
 * @param skip running steps whose answers are not needed any more: their calls are aborted
 * @param decision to be recorded; the program is asked again with it
 * @param input to be asked for; the run waits for it, with no step begun meanwhile
 * @param end how the run ends; null: not yet
 */
public record Plan(
    List<StepSpec> steps,
    List<String> skip,
    @Nullable Decision decision,
    @Nullable InputRequest input,
    @Nullable End end) {

  /** How a run ends. */
  public sealed interface End {

    /**
     * With an answer.
     *
     * @param answer the text
     * @param degraded whether it rests on less than was asked for
     * @param notes what was not as asked for, one line each
     */
    record Answered(String answer, boolean degraded, List<String> notes) implements End {
      public Answered {
        notes = List.copyOf(notes);
      }
    }

    /** Without one. */
    record GaveUp(String reason) implements End {}
  }

  public Plan {
    steps = List.copyOf(steps);
    skip = List.copyOf(skip);
  }

  /** Nothing but waiting for what is running. */
  public static Plan waiting() {
    return run(List.of());
  }

  public static Plan run(List<StepSpec> steps) {
    return new Plan(steps, List.of(), null, null, null);
  }

  public static Plan run(StepSpec... steps) {
    return run(List.of(steps));
  }

  public static Plan decide(Decision decision) {
    return new Plan(List.of(), List.of(), decision, null, null);
  }

  public static Plan ask(InputRequest input) {
    return new Plan(List.of(), List.of(), null, input, null);
  }

  public static Plan answer(String answer) {
    return end(new End.Answered(answer, false, List.of()));
  }

  public static Plan answer(String answer, List<String> notes) {
    return end(new End.Answered(answer, !notes.isEmpty(), notes));
  }

  public static Plan giveUp(String reason) {
    return end(new End.GaveUp(reason));
  }

  public static Plan end(End end) {
    return new Plan(List.of(), List.of(), null, null, end);
  }

  /** The same, with running steps dropped. */
  public Plan skipping(List<String> ids) {
    List<String> all = new ArrayList<>(skip);
    all.addAll(ids);
    return new Plan(steps, all, decision, input, end);
  }
}
