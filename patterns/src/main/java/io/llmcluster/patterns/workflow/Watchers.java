package io.llmcluster.patterns.workflow;

import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** Who watches one workflow or conversation, each for half a minute from its last word. */
public final class Watchers {

  private static final long KEPT_NANOS = 30_000_000_000L;

  /** More than that watch by polling. */
  private static final int MOST = 1000;

  private final Map<ActorRef<WorkflowUpdate>, Long> until = new HashMap<>();
  private volatile boolean any;

  public void add(ActorRef<WorkflowUpdate> watcher, long nanoTime) {
    until.values().removeIf(end -> end - nanoTime < 0);
    if (until.size() < MOST || until.containsKey(watcher)) {
      until.put(watcher, nanoTime + KEPT_NANOS);
    }
    any = true;
  }

  public void remove(ActorRef<WorkflowUpdate> watcher) {
    until.remove(watcher);
    any = !until.isEmpty();
  }

  /** From any thread: whether telling is worth a message. */
  public boolean any() {
    return any;
  }

  public boolean anyNow(long nanoTime) {
    until.values().removeIf(end -> end - nanoTime < 0);
    any = !until.isEmpty();
    return any;
  }

  public void tell(WorkflowUpdate update) {
    until.keySet().forEach(watcher -> watcher.tell(update));
  }
}
