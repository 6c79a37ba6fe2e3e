package io.llmcluster.patterns.vote;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Chance that comes out the same after every crash and on every JDK: an order that depends on the
 * seed, on what it is for, and on the items, but not on the order in which they came.
 */
public final class Seeded {

  private Seeded() {}

  /**
   * The items in their drawn order.
   *
   * @param purpose what is drawn, so that two draws of a run are independent
   */
  public static List<String> shuffle(long seed, String purpose, Collection<String> items) {
    long key = mix(seed ^ hash(purpose));
    return items.stream()
        .sorted(
            Comparator.comparingLong((String item) -> mix(key ^ hash(item)))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /**
   * The drawn one.
   *
   * @throws IllegalArgumentException if there is nothing to draw from
   */
  public static String pick(long seed, String purpose, Collection<String> items) {
    return shuffle(seed, purpose, items).stream()
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("nothing to pick from: " + purpose));
  }

  /** A seed of its own for each purpose. */
  public static long derive(long seed, String purpose) {
    return mix(seed ^ hash(purpose));
  }

  /** FNV-1a, 64 bit. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int at = 0; at < text.length(); at++) {
      hash = (hash ^ text.charAt(at)) * 0x100000001b3L;
    }
    return hash;
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
