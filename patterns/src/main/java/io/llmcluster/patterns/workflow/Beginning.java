package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.workflow.Control.Verdict;
import io.llmcluster.patterns.workflow.WorkflowReply.Why;
import io.llmcluster.patterns.workflow.WorkflowState.Absent;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** How a workflow begins: its first event and all that follows from it, or why it does not. */
final class Beginning {

  private Beginning() {}

  static Verdict of(String id, WorkflowCommand.Submit submit, Workshop workshop, long now) {
    Optional<Pattern> pattern = workshop.patterns().newest(submit.pattern());
    if (pattern.isEmpty()) {
      return Verdict.refuse(
          Why.UNKNOWN,
          "pattern '"
              + submit.pattern()
              + "' not found (expected: one of "
              + String.join(", ", workshop.patterns().names())
              + ")");
    }
    return begun(() -> Definitions.of(id, submit, pattern.get(), workshop, now), now);
  }

  static Verdict of(String id, Own.ParentRead read, Workshop workshop, long now) {
    Workshop.Past past = read.past();
    if (past == null) {
      return Verdict.refuse(Why.UNAVAILABLE, "the store cannot be read now");
    }
    if (past.sequenceNr() == 0) {
      return Verdict.refuse(Why.UNKNOWN, "workflow '" + read.fork().parent() + "' not found");
    }
    return begun(() -> Definitions.of(id, read.fork(), past, workshop, now), now);
  }

  private static Verdict begun(Supplier<Definitions.Begun> definition, long now) {
    try {
      Definitions.Begun begun = definition.get();
      return new Verdict(
          Advance.after(List.of(begun.event()), new Absent(), begun.pattern(), now),
          Optional.empty());
    } catch (RefusedRequest refused) {
      return Verdict.refuse(Why.of(refused), String.valueOf(refused.getMessage()));
    }
  }
}
