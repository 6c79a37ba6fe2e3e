package io.llmcluster.patterns.workflow;

import com.typesafe.config.Config;
import io.llmcluster.core.serialization.MessageSettings;
import io.llmcluster.core.settings.SettingsReader;
import io.llmcluster.patterns.call.CallSettings;
import java.time.Duration;

/**
 * How workflows run.
 *
 * @param calls how steps call models
 * @param retryMin wait before the second attempt of a step, at least 1 ms; doubled each time
 * @param retryMax longest wait before another attempt
 * @param idleKept how long a workflow that waits for somebody stays in memory
 * @param snapshotEvery events between two snapshots, at least 10
 * @param maxRequestBytes largest request of a workflow: it travels between members in one message,
 *     in which four bytes of JSON ({@code 1.5,}) may take nine
 * @param listed workflows that lists show, the newest ones; at least 100
 */
public record PatternSettings(
    CallSettings calls,
    Duration retryMin,
    Duration retryMax,
    Duration idleKept,
    int snapshotEvery,
    long maxRequestBytes,
    int listed) {

  /**
   * Snapshots of one workflow or conversation that are kept, each {@code snapshotEvery} events from
   * the next. When many events were written at once, and so a snapshot was taken late, there is one
   * more until the next is taken.
   */
  public static final int SNAPSHOTS = 3;

  public static PatternSettings create(Config root) {
    SettingsReader patterns = SettingsReader.of(root, "patterns");
    Duration first = patterns.duration("retryMin", Duration.ofMillis(1));
    return new PatternSettings(
        CallSettings.create(root),
        first,
        patterns.duration("retryMax", first),
        patterns.duration("idleKept", Duration.ZERO),
        patterns.integer("snapshotEvery", 10, 100_000),
        requestBytes(patterns, MessageSettings.create(root).mostBytes()),
        patterns.integer("listed", 100, 10_000_000));
  }

  private static long requestBytes(SettingsReader patterns, long mostBytes) {
    long bytes = patterns.bytes("maxRequestBytes", 1024);
    long most = mostBytes * 4 / 9;
    if (bytes > most) {
      throw patterns.refused(
          "maxRequestBytes",
          bytes,
          "at most " + most + " bytes; more with a larger " + MessageSettings.FRAME);
    }
    return bytes;
  }

  /** The wait after a failed attempt, from 1. */
  Duration retryAfter(int attempt) {
    Duration doubled = retryMin.multipliedBy(1L << Math.min(attempt - 1, 20));
    return doubled.compareTo(retryMax) < 0 ? doubled : retryMax;
  }
}
