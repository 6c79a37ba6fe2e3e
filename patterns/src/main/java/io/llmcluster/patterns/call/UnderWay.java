package io.llmcluster.patterns.call;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What one persistent actor has under way; makes it fit what is recorded. Used by one actor, whose
 * restarts it outlives.
 *
 * @param <W> what stands for a piece of work
 */
public final class UnderWay<W> {

  private final Set<W> open = new HashSet<>();

  /** Begun before a restart, and not taken up since. */
  private final Set<W> before = new HashSet<>();

  /** Begins what is wanted and not under way, and drops what is not wanted any more. */
  public void follow(Set<W> wanted, Consumer<W> begin, Consumer<W> drop) {
    for (W work : wanted) {
      if (open.add(work)) {
        begin.accept(work);
      }
    }
    open.addAll(before);
    before.clear();
    open.removeIf(
        work -> {
          boolean dropped = !wanted.contains(work);
          if (dropped) {
            drop.accept(work);
          }
          return dropped;
        });
  }

  /** Whether something is under way, or was and could be taken up again. */
  public boolean attach(W work, Predicate<W> takeUp) {
    return open.contains(work) || (takeUp.test(work) && open.add(work));
  }

  /** It broke off without a result, and is begun again the next time that it is wanted. */
  public void lost(W work) {
    open.remove(work);
  }

  /** Its actor begins anew with what is recorded; what it heard since may have been lost. */
  public void restart() {
    before.addAll(open);
    open.clear();
  }

  /** Its actor stops. */
  public void leave(Consumer<W> orphan) {
    restart();
    before.forEach(orphan);
    before.clear();
  }
}
