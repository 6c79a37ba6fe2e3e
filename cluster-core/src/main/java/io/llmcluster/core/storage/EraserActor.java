package io.llmcluster.core.storage;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsFailure;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.Recovery;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;

/**
 * Takes the place of a persistent actor for long enough to delete what it has stored. Snapshots go
 * first: should this end half-way, the events alone still make a whole state, but a snapshot
 * without its events does not.
 */
final class EraserActor extends AbstractPersistentActor {

  private final String persistenceId;
  private final CompletableFuture<Done> erased;

  private EraserActor(String persistenceId, CompletableFuture<Done> erased) {
    this.persistenceId = persistenceId;
    this.erased = erased;
  }

  static Props props(String persistenceId, CompletableFuture<Done> erased) {
    return Props.create(EraserActor.class, () -> new EraserActor(persistenceId, erased));
  }

  @Override
  public String persistenceId() {
    return persistenceId;
  }

  @Override
  public Recovery recovery() {
    return Recovery.none();
  }

  @Override
  public Receive createReceiveRecover() {
    return receiveBuilder()
        .match(
            RecoveryCompleted.class,
            completed -> deleteSnapshots(SnapshotSelectionCriteria.latest()))
        .build();
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(DeleteSnapshotsSuccess.class, done -> deleteMessages(Long.MAX_VALUE))
        .match(DeleteSnapshotsFailure.class, failure -> fail("snapshots", failure.cause()))
        .match(DeleteMessagesSuccess.class, done -> end())
        .match(DeleteMessagesFailure.class, failure -> fail("events", failure.cause()))
        .build();
  }

  private void end() {
    erased.complete(Done.getInstance());
    getContext().stop(getSelf());
  }

  private void fail(String what, Throwable cause) {
    erased.completeExceptionally(new EraseFailedException(persistenceId, what, cause));
    getContext().stop(getSelf());
  }

  @Override
  public void onRecoveryFailure(Throwable cause, scala.Option<Object> event) {
    erased.completeExceptionally(new EraseFailedException(persistenceId, "events", cause));
  }

  /** Whatever ended this actor, the caller is told. */
  @Override
  public void postStop() throws Exception {
    erased.completeExceptionally(
        new EraseFailedException(
            persistenceId, "events", new IllegalStateException("the member is stopping")));
    super.postStop();
  }
}
