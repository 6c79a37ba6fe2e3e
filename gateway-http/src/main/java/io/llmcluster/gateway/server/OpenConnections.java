package io.llmcluster.gateway.server;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.Done;

/**
 * The connections of a server, and the sockets that some of them have become, so that a stopping
 * one can ask each to come to its end and knows when the last has. Thread-safe.
 */
public final class OpenConnections {

  private final Map<Object, Runnable> open = new ConcurrentHashMap<>();
  private final CompletableFuture<Done> drained = new CompletableFuture<>();
  private volatile boolean draining;

  /**
   * @param connection the key to close by
   * @param finish asks it to end after the answers that it has begun; run at least once, from any
   *     thread, at once if the server is stopping already
   */
  public void opened(Object connection, Runnable finish) {
    open.put(connection, finish);
    if (draining) {
      finish.run();
    }
  }

  /** All that was answered on it is with the client, or the client has gone. */
  public void closed(Object connection) {
    open.remove(connection);
    completeIfLast();
  }

  /** Asks all to end; completes when they have. */
  CompletionStage<Done> drain() {
    draining = true;
    List.copyOf(open.values()).forEach(Runnable::run);
    completeIfLast();
    return drained;
  }

  private void completeIfLast() {
    if (draining && open.isEmpty()) {
      drained.complete(Done.getInstance());
    }
  }
}
