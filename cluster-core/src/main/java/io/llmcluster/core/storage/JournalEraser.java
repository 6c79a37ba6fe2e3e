package io.llmcluster.core.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** Really deletes what a persistent actor has left in the store. */
public final class JournalEraser {

  /** The plugin keeps the last event, payload and all, as a mark of how far the numbers went. */
  private static final String LAST_EVENT =
      "DELETE FROM PUBLIC.\"event_journal\" WHERE \"persistence_id\" = ?";

  private final ExtendedActorSystem system;
  private final Store store;
  private final Executor blocking;

  private JournalEraser(ActorSystem<?> system, Store store) {
    this.system = (ExtendedActorSystem) Adapter.toClassic(system);
    this.store = store;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
  }

  /**
   * @param system one whose configuration has this store ({@link StoreConfig#over})
   */
  public static JournalEraser create(ActorSystem<?> system, Store store) {
    return new JournalEraser(system, store);
  }

  /**
   * Deletes all snapshots, then all events. The persistent actor must not run meanwhile, nor be
   * started again before this is done. Erasing what is not there is no failure.
   *
   * @return fails with {@link EraseFailedException} if the store cannot or is away; then some of it
   *     may be left, and erasing can be asked for again
   */
  public CompletionStage<Done> erase(String persistenceId) {
    CompletableFuture<Done> erased = new CompletableFuture<>();
    system.systemActorOf(
        EraserActor.props(persistenceId, erased), "journal-eraser-" + UUID.randomUUID());
    return store instanceof Store.Mongo
        ? erased
        : erased.thenApplyAsync(done -> deleteLastEvent(persistenceId), blocking);
  }

  private Done deleteLastEvent(String persistenceId) {
    try (Connection connection = H2.connect(store);
        PreparedStatement delete = connection.prepareStatement(LAST_EVENT)) {
      delete.setString(1, persistenceId);
      delete.executeUpdate();
      return Done.getInstance();
    } catch (SQLException failure) {
      throw new EraseFailedException(persistenceId, "last event", failure);
    }
  }
}
