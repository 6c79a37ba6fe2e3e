package io.llmcluster.patterns.call;

import com.typesafe.config.Config;
import io.llmcluster.core.settings.SettingsReader;
import java.time.Duration;

/**
 * How steps call models.
 *
 * @param maxOutputCharacters where the output of a step is cut, at least 1000
 * @param unavailableMin first wait while no node can take a call, at least 1 ms
 * @param unavailableMax longest wait, at least the first
 * @param modelAway longest wait for a model none of whose nodes takes calls while other nodes do,
 *     at least 1 ms
 * @param orphanKept how long a call goes on, and its result is kept, when its workflow is gone from
 *     this member
 */
public record CallSettings(
    int maxOutputCharacters,
    Duration unavailableMin,
    Duration unavailableMax,
    Duration modelAway,
    Duration orphanKept) {

  public static CallSettings create(Config root) {
    SettingsReader patterns = SettingsReader.of(root, "patterns");
    Duration first = patterns.duration("unavailableMin", Duration.ofMillis(1));
    return new CallSettings(
        patterns.integer("maxOutputCharacters", 1_000, 16_000_000),
        first,
        patterns.duration("unavailableMax", first),
        patterns.duration("modelAway", Duration.ofMillis(1)),
        patterns.duration("orphanKept", Duration.ZERO));
  }

  /** The wait before the nth further try, from 0: doubled each time up to the longest. */
  Duration unavailable(int tries) {
    Duration doubled = unavailableMin.multipliedBy(1L << Math.min(tries, 20));
    return doubled.compareTo(unavailableMax) < 0 ? doubled : unavailableMax;
  }
}
