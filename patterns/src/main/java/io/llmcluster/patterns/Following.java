package io.llmcluster.patterns;

import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSource;

/**
 * Follows one workflow or conversation. What is recorded comes from the journal, without a gap and
 * each event once; the actor only says that there is more. It is asked again and again, since it
 * may be on another member by now.
 */
final class Following {

  /** How often the actor is asked, in case a word of it was lost. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

  /** Pieces of text that wait for a slow reader; then the oldest are dropped. */
  private static final int BUFFER = 512;

  private Following() {}

  /**
   * What is followed.
   *
   * @param <N> what a follower hears
   */
  interface Followed<N> {

    void watch(ActorRef<WorkflowUpdate> watcher);

    void unwatch(ActorRef<WorkflowUpdate> watcher);

    /** What is recorded after one event and up to another, both by number. */
    Source<N, NotUsed> recorded(long after, long to);

    /** The number of something that is recorded. */
    long number(N recorded);

    N piece(WorkflowUpdate.Piece piece);
  }

  static <N> Source<N, NotUsed> of(ActorSystem<?> system, Followed<N> followed, long after) {
    return Source.<N, NotUsed>lazySource(
            () -> {
              Pair<ActorRef<WorkflowUpdate>, Source<WorkflowUpdate, NotUsed>> ear =
                  ActorSource.<WorkflowUpdate>actorRef(
                          update -> false,
                          update -> Optional.empty(),
                          BUFFER,
                          OverflowStrategy.dropHead())
                      .preMaterialize(system);
              followed.watch(ear.first());
              Source<WorkflowUpdate, ?> asking =
                  Source.tick(ASK_AGAIN, ASK_AGAIN, NotUsed.getInstance())
                      .mapConcat(
                          tick -> {
                            followed.watch(ear.first());
                            return java.util.List.<WorkflowUpdate>of();
                          });
              Position position = new Position(after);
              return ear.second()
                  .merge(asking, true)
                  .takeWhile(update -> !position.isEnd(update), true)
                  .flatMapConcat(update -> news(followed, position, update))
                  .watchTermination(
                      (mat, done) -> {
                        done.whenComplete((end, failure) -> followed.unwatch(ear.first()));
                        return mat;
                      });
            })
        .mapMaterializedValue(ignored -> NotUsed.getInstance());
  }

  private static <N> Source<N, NotUsed> news(
      Followed<N> followed, Position position, WorkflowUpdate update) {
    if (update instanceof WorkflowUpdate.Piece piece) {
      return Source.single(followed.piece(piece));
    }
    WorkflowUpdate.Advanced advanced = (WorkflowUpdate.Advanced) update;
    return followed
        .recorded(position.known, advanced.sequenceNr())
        .map(
            recorded -> {
              position.known = followed.number(recorded);
              return recorded;
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
