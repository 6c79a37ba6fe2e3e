package io.llmcluster.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Waits that are measured and not judged: a busy machine must not fail a test. */
public final class Measured {

  private Measured() {}

  /**
   * Waits for up to 20 s until the condition holds, and prints how long it took.
   *
   * @param aimMillis what it should take
   */
  public static void await(String what, long aimMillis, Callable<Boolean> condition) {
    long start = System.nanoTime();
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(condition);
    System.out.printf(
        "measured: %s: %d ms (aim: %d)%n",
        what, (System.nanoTime() - start) / 1_000_000, aimMillis);
  }
}
