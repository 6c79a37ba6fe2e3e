package io.llmcluster.core.storage;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;

/** Counters that are written to without a pause; each goes on after what was refused. */
final class Writers {

  static final int COUNTERS = 8;

  private final TestSystem system;
  private final Duration limit;
  private final BiConsumer<String, Integer> onAcknowledged;
  private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean stopped;

  private Writers(TestSystem system, Duration limit, BiConsumer<String, Integer> onAcknowledged) {
    this.system = system;
    this.limit = limit;
    this.onAcknowledged = onAcknowledged;
  }

  /**
   * @param limit after which a command counts as refused
   * @param onAcknowledged called with the counter's id and the number of its events
   */
  static Writers start(
      TestSystem system,
      String prefix,
      Duration limit,
      BiConsumer<String, Integer> onAcknowledged) {
    Writers writers = new Writers(system, limit, onAcknowledged);
    for (int i = 0; i < COUNTERS; i++) {
      String id = prefix + "|" + i;
      writers.goOn(id, system.counter(id, "t"));
    }
    return writers;
  }

  private void goOn(String id, ActorRef<Counter.Command> counter) {
    system
        .add(counter, 1, limit)
        .whenComplete(
            (sum, failure) -> {
              if (failure == null) {
                acknowledged.put(id, sum.events());
                onAcknowledged.accept(id, sum.events());
              } else {
                refused.incrementAndGet();
              }
              if (!stopped) {
                goOn(id, counter);
              }
            });
  }

  Map<String, Integer> acknowledged() {
    return Map.copyOf(acknowledged);
  }

  int refused() {
    return refused.get();
  }

  void stop() {
    stopped = true;
  }
}
