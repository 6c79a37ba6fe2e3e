package io.llmcluster.patterns.conversation;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What one conversation's actor has under way; makes it fit what is recorded. */
final class OpenWork {

  private final Set<Work> open = new HashSet<>();

  /** Begun before a restart, and not taken up since. */
  private final Set<Work> before = new HashSet<>();

  /** Begins what is wanted and not under way, and drops what is not wanted any more. */
  void follow(Set<Work> wanted, Consumer<Work> begin, Consumer<Work> drop) {
    for (Work work : wanted) {
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
  boolean attach(Work work, Predicate<Work> takeUp) {
    return open.contains(work) || (takeUp.test(work) && open.add(work));
  }

  /** It broke off without a result, and is begun again the next time that it is wanted. */
  void lost(Work work) {
    open.remove(work);
  }

  /** Its actor begins anew with what is recorded; what it heard since may have been lost. */
  void restart() {
    before.addAll(open);
    open.clear();
  }

  /** Its actor stops. */
  void leave(Consumer<Work> orphan) {
    restart();
    before.forEach(orphan);
    before.clear();
  }
}
