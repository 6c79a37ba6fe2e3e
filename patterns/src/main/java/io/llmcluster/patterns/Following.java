package io.llmcluster.patterns;

import io.llmcluster.patterns.Workflows.WorkflowNews;
import io.llmcluster.patterns.history.WorkflowHistory;
import io.llmcluster.patterns.workflow.WorkflowCommand;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSource;

/**
 * Follows one workflow. What is recorded comes from the journal, without a gap and each event once;
 * the workflow's actor only says that there is more. It is asked again and again, since it may be
 * on another member by now.
 */
final class Following {

  /** How often the workflow is asked, in case a word of it was lost. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

  /** Pieces of text that wait for a slow reader; then the oldest are dropped. */
  private static final int BUFFER = 512;

  private Following() {}

  static Source<WorkflowNews, NotUsed> of(
      ActorSystem<?> system,
      WorkflowHistory history,
      EntityRef<WorkflowCommand> workflow,
      String id,
      long after) {
    return Source.<WorkflowNews, NotUsed>lazySource(
            () -> {
              Pair<ActorRef<WorkflowUpdate>, Source<WorkflowUpdate, NotUsed>> ear =
                  ActorSource.<WorkflowUpdate>actorRef(
                          update -> false,
                          update -> Optional.empty(),
                          BUFFER,
                          OverflowStrategy.dropHead())
                      .preMaterialize(system);
              Runnable ask = () -> workflow.tell(new WorkflowCommand.Watch(ear.first()));
              ask.run();
              Source<WorkflowUpdate, ?> asking =
                  Source.tick(ASK_AGAIN, ASK_AGAIN, NotUsed.getInstance())
                      .mapConcat(
                          tick -> {
                            ask.run();
                            return java.util.List.<WorkflowUpdate>of();
                          });
              Position position = new Position(after);
              return ear.second()
                  .merge(asking, true)
                  .takeWhile(update -> !position.isEnd(update), true)
                  .flatMapConcat(update -> news(history, id, position, update))
                  .watchTermination(
                      (mat, done) -> {
                        done.whenComplete(
                            (end, failure) ->
                                workflow.tell(new WorkflowCommand.Unwatch(ear.first())));
                        return mat;
                      });
            })
        .mapMaterializedValue(ignored -> NotUsed.getInstance());
  }

  private static Source<WorkflowNews, NotUsed> news(
      WorkflowHistory history, String id, Position position, WorkflowUpdate update) {
    if (update instanceof WorkflowUpdate.Piece piece) {
      return Source.single(new WorkflowNews.Piece(piece));
    }
    WorkflowUpdate.Advanced advanced = (WorkflowUpdate.Advanced) update;
    return history
        .events(id, position.known, advanced.sequenceNr())
        .map(
            recorded -> {
              position.known = recorded.sequenceNr();
              return new WorkflowNews.Recorded(recorded);
            });
  }

  /** How far one follower has come; used by one stream. */
  private static final class Position {
    private volatile long known;

    Position(long known) {
      this.known = known;
    }

    boolean isEnd(WorkflowUpdate update) {
      return update instanceof WorkflowUpdate.Advanced advanced && advanced.ended();
    }
  }
}
