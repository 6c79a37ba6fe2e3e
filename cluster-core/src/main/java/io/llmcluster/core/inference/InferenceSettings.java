package io.llmcluster.core.inference;

import com.typesafe.config.Config;
import io.llmcluster.core.settings.SettingsReader;
import io.llmcluster.core.stream.ByteBudget;
import java.time.Duration;

/**
 * How a gateway treats requests.
 *
 * @param queueSize requests that may wait for a slot, at least 0
 * @param concurrency requests that may be under way, waiting ones not counted, at least 1
 * @param queueTimeout longest wait for a slot
 * @param grace how long a request waits when every node that has its model is down: in this time a
 *     node can move to another member
 * @param attempts nodes asked for one request before it fails, at least 1
 * @param retryAfter what a refused client is told to wait
 * @param answers memory of all answers together that are no streams, until their clients have them
 */
public record InferenceSettings(
    int queueSize,
    int concurrency,
    Duration queueTimeout,
    Duration grace,
    int attempts,
    Duration retryAfter,
    ByteBudget answers) {

  public static InferenceSettings create(Config root) {
    SettingsReader server = SettingsReader.of(root, "server");
    SettingsReader inference = SettingsReader.of(root, "inference");
    return new InferenceSettings(
        server.integer("queueSize", 0, 1_000_000),
        server.integer("concurrency", 1, 1_000_000),
        inference.duration("queueTimeout", Duration.ofMillis(1)),
        inference.duration("grace", Duration.ZERO),
        inference.integer("attempts", 1, 100),
        inference.duration("retryAfter", Duration.ofSeconds(1)),
        ByteBudget.ofSetting(inference.bytes("answerMemory", 0)));
  }
}
