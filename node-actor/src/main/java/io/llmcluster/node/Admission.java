package io.llmcluster.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A node's slots and who waits for them: the authority on what the node runs at a time. Not
 * thread-safe; {@link NodeActor} owns it.
 *
 * @param <W> who waits; equal waiters are one
 */
final class Admission<W> {

  /** No slot. */
  static final long NONE = 0;

  /** A slot that became a waiter's; it is kept for it until it is used or its time is over. */
  record Grant<W>(W waiter, long slot) {}

  /** A slot in use has no end; one that is kept for a waiter has. */
  private static final long IN_USE = Long.MAX_VALUE;

  private final int waitingBound;
  private final long reservationNanos;
  private final Map<Long, Long> slots = new HashMap<>();
  private final Set<W> waiting = new LinkedHashSet<>();
  private int capacity;
  private long lastSlot;

  /**
   * @param capacity slots, at least 1
   * @param waitingBound most waiters
   * @param reservationNanos how long a granted slot is kept unused
   * @param firstSlot number before the first slot's; differs between lives of a node, so that an
   *     old number never fits
   */
  Admission(int capacity, int waitingBound, long reservationNanos, long firstSlot) {
    this.capacity = capacity;
    this.waitingBound = waitingBound;
    this.reservationNanos = reservationNanos;
    this.lastSlot = firstSlot;
  }

  /** A slot for use now, or {@link #NONE}. Nobody overtakes those who wait. */
  long take() {
    return waiting.isEmpty() && slots.size() < capacity ? open(IN_USE) : NONE;
  }

  /** Puts a kept slot to use; false if it is not kept any more, or in use already. */
  boolean use(long slot) {
    return isKept(slot) && slots.put(slot, IN_USE) != null;
  }

  /** Frees a kept slot; one in use stays, whoever names it. */
  void giveBack(long slot) {
    if (isKept(slot)) {
      release(slot);
    }
  }

  private boolean isKept(long slot) {
    return slots.getOrDefault(slot, IN_USE) != IN_USE;
  }

  /** Appends a waiter; false if the bound is reached. */
  boolean enqueue(W waiter) {
    return waiting.contains(waiter) || (waiting.size() < waitingBound && waiting.add(waiter));
  }

  void leave(W waiter) {
    waiting.remove(waiter);
  }

  void leaveIf(java.util.function.Predicate<W> gone) {
    waiting.removeIf(gone);
  }

  void release(long slot) {
    slots.remove(slot);
  }

  void setCapacity(int capacity) {
    this.capacity = capacity;
  }

  /** Gives free slots to the longest waiting. */
  List<Grant<W>> grant(long now) {
    List<Grant<W>> grants = new ArrayList<>();
    Iterator<W> next = waiting.iterator();
    while (next.hasNext() && slots.size() < capacity) {
      W waiter = next.next();
      next.remove();
      grants.add(new Grant<>(waiter, open(now + reservationNanos)));
    }
    return grants;
  }

  /** Frees slots that were kept for waiters who did not come. */
  void expire(long now) {
    slots.values().removeIf(end -> end != IN_USE && now - end >= 0);
  }

  /** Everybody who waits, removed. */
  List<W> dismiss() {
    List<W> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  int active() {
    return slots.size();
  }

  int waiting() {
    return waiting.size();
  }

  int capacity() {
    return capacity;
  }

  private long open(long end) {
    slots.put(++lastSlot, end);
    return lastSlot;
  }
}
