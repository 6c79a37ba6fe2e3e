package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.call.StepCalls;
import io.llmcluster.patterns.model.Cast;
import java.time.Clock;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What a workflow's actor works with.
 *
 * @param patterns the programs
 * @param calls those of this member
 * @param cast who could take part in a run that begins now
 * @param histories other workflows, for a fork
 * @param clock of this member
 * @param settings how workflows run
 */
public record Workshop(
    PatternRegistry patterns,
    StepCalls calls,
    Supplier<Cast> cast,
    Histories histories,
    Clock clock,
    PatternSettings settings) {

  /** Reads another workflow's state as it was. */
  @FunctionalInterface
  public interface Histories {

    /**
     * @param toSequenceNr the last event that counts; {@link Long#MAX_VALUE}: all
     */
    CompletionStage<Past> read(String workflow, long toSequenceNr);
  }

  /**
   * A state as it was.
   *
   * @param sequenceNr of its last event; 0: there is no such workflow
   */
  public record Past(WorkflowState state, long sequenceNr) {}
}
