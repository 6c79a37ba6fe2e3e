package io.llmcluster.patterns.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.IterativePollInterval;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A condition is asked for at once, and then after waits that grow from two milliseconds to
 * Awaitility's own hundred: nearly all are true within a few milliseconds, and tests await
 * thousands of them. JUnit finds it by itself ({@code junit-platform.properties}).
 */
public final class ShortWaits implements BeforeAllCallback {

  /** Before the first wait, which is twice as long. */
  private static final Duration START = Duration.ofMillis(1);

  private static final Duration LONGEST = Duration.ofMillis(100);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(IterativePollInterval.iterative(ShortWaits::next, START));
  }

  private static Duration next(Duration last) {
    Duration twice = last.multipliedBy(2);
    return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
  }
}
