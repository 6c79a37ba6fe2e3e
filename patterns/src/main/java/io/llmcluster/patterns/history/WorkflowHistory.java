package io.llmcluster.patterns.history;

import io.llmcluster.core.storage.JournalReader;
import io.llmcluster.core.stream.Folded;
import io.llmcluster.patterns.workflow.Fold;
import io.llmcluster.patterns.workflow.WorkflowActor;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import io.llmcluster.patterns.workflow.WorkflowState;
import io.llmcluster.patterns.workflow.Workshop;
import io.llmcluster.patterns.workflow.Workshop.Past;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;

/** One workflow as its journal has it; nothing is woken for that. */
public final class WorkflowHistory implements Workshop.Histories {

  private static final Past NONE = new Past(new WorkflowState.Absent(), 0);

  private final ActorSystem<?> system;
  private final JournalReader journal;

  public WorkflowHistory(ActorSystem<?> system, JournalReader journal) {
    this.system = system;
    this.journal = journal;
  }

  /** An event and its place. */
  public record Recorded(long sequenceNr, WorkflowEvent event) {}

  /** What is recorded after one event and up to another, both by number. */
  public Source<Recorded, NotUsed> events(String workflow, long after, long to) {
    return journal
        .events(WorkflowActor.persistenceId(workflow).id(), after, to)
        .map(found -> new Recorded(found.sequenceNr(), (WorkflowEvent) found.event()));
  }

  /** The state now. */
  public CompletionStage<Past> read(String workflow) {
    return read(workflow, Long.MAX_VALUE);
  }

  @Override
  public CompletionStage<Past> read(String workflow, long toSequenceNr) {
    return events(workflow, 0, toSequenceNr)
        .runWith(
            Folded.sink(
                NONE,
                (past, next) ->
                    new Past(Fold.apply(past.state(), next.event()), next.sequenceNr())),
            system);
  }
}
