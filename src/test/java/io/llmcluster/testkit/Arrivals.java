package io.llmcluster.testkit;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** When requests arrived, to tell how close together they came. */
public final class Arrivals {

  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();

  void add(long nanoTime) {
    nanos.add(nanoTime);
  }

  public void clear() {
    nanos.clear();
  }

  private Stream<Long> stream() {
    return nanos.stream();
  }

  /** The most that arrived, at all of them together, within any stretch of time of this length. */
  public static int mostWithin(Duration stretch, Collection<Arrivals> all) {
    List<Long> sorted = all.stream().flatMap(Arrivals::stream).sorted().toList();
    int most = 0;
    int first = 0;
    for (int last = 0; last < sorted.size(); last++) {
      while (sorted.get(last) - sorted.get(first) >= stretch.toNanos()) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
