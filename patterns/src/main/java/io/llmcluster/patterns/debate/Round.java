package io.llmcluster.patterns.debate;

import io.llmcluster.patterns.program.StepSpec;
import java.util.List;

/**
 * One round as far as it is recorded.
 *
 * @param number 0: the independent first answers; from 1: critique
 * @param pending steps that are to be run or are running
 * @param turns of those debaters that are done with the round
 * @param after the table with these turns taken
 */
public record Round(int number, List<StepSpec> pending, List<Turn> turns, Table after) {

  public Round {
    pending = List.copyOf(pending);
    turns = List.copyOf(turns);
  }

  public boolean isOver() {
    return pending.isEmpty();
  }

  public boolean nobodyChanged() {
    return turns.stream()
        .noneMatch(turn -> turn.what() == Turn.What.CHANGED || turn.what() == Turn.What.ANSWERED);
  }
}
