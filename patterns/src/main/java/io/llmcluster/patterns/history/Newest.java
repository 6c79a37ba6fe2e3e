package io.llmcluster.patterns.history;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * So many summaries at most, the newest first; of too many, the oldest are dropped. Not
 * thread-safe.
 *
 * @param <S> summary
 */
public final class Newest<S> {

  private final int most;
  private final Function<S, String> idOf;
  private final Map<String, S> byId = new HashMap<>();
  private final TreeSet<S> sorted;

  /**
   * @param createdAt ms since 1970
   */
  public Newest(int most, Function<S, String> id, ToLongFunction<S> createdAt) {
    this.most = most;
    this.idOf = id;
    this.sorted = new TreeSet<>(Comparator.comparingLong(createdAt).reversed().thenComparing(id));
  }

  public @Nullable S get(String id) {
    return byId.get(id);
  }

  /**
   * Takes it in the place of the one with its id.
   *
   * @return the id of what was dropped for it; null: nothing was
   */
  public @Nullable String put(S summary) {
    remove(idOf.apply(summary));
    byId.put(idOf.apply(summary), summary);
    sorted.add(summary);
    if (sorted.size() <= most) {
      return null;
    }
    String oldest = idOf.apply(sorted.last());
    remove(oldest);
    return oldest;
  }

  public void remove(String id) {
    S before = byId.remove(id);
    if (before != null) {
      sorted.remove(before);
    }
  }

  /** The newest first. */
  public Stream<S> stream() {
    return sorted.stream();
  }
}
