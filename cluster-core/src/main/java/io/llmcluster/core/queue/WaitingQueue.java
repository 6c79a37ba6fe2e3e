package io.llmcluster.core.queue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A gateway's requests that wait for a slot: bounded, first come first served among those that a
 * slot fits. Not thread-safe; one actor owns it.
 *
 * @param <T> what waits
 */
public final class WaitingQueue<T> {

  private final int bound;
  private final Map<Long, T> waiting = new LinkedHashMap<>();

  /**
   * @param bound most entries it holds
   */
  public WaitingQueue(int bound) {
    this.bound = bound;
  }

  /** Appends; false, and nothing changed, if the bound is reached. */
  public boolean offer(long id, T entry) {
    if (waiting.size() >= bound) {
      return false;
    }
    waiting.put(id, entry);
    return true;
  }

  /** Removes and returns the longest waiting entry that fits. */
  public Optional<T> takeFirst(Predicate<T> fits) {
    for (Iterator<T> entries = waiting.values().iterator(); entries.hasNext(); ) {
      T entry = entries.next();
      if (fits.test(entry)) {
        entries.remove();
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  /** Removes an entry whose caller went away. */
  public Optional<T> remove(long id) {
    return Optional.ofNullable(waiting.remove(id));
  }

  /** Removes and returns all entries that match, in order. */
  public List<T> removeAll(Predicate<T> matches) {
    List<T> removed = new ArrayList<>();
    waiting
        .values()
        .removeIf(
            entry -> {
              boolean match = matches.test(entry);
              if (match) {
                removed.add(entry);
              }
              return match;
            });
    return removed;
  }

  /** How many entries fit, counted up to the limit. */
  public int count(Predicate<T> fits, int limit) {
    int count = 0;
    for (T entry : waiting.values()) {
      if (count == limit) {
        break;
      }
      if (fits.test(entry)) {
        count++;
      }
    }
    return count;
  }

  public int size() {
    return waiting.size();
  }
}
