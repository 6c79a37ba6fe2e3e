package io.llmcluster.node.embedded;

import com.typesafe.config.Config;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Settings of the embedded model, block {@code embedded}.
 *
 * @param cacheDir folder for fetched model files
 * @param modelUrl http or https address of the model file
 * @param modelSha256 64 lower-case hexadecimal digits, or empty for no check
 * @param answerTimeout how long the URL may take to answer with its headers, positive
 */
public record EmbeddedSettings(
    Path cacheDir, URI modelUrl, String modelSha256, Duration answerTimeout) {

  /**
   * Reads and validates the block {@code embedded} of {@code root}.
   *
   * @throws IllegalArgumentException naming the key and what was expected
   */
  public static EmbeddedSettings create(Config root) {
    Config config = root.getConfig("embedded");
    String url = config.getString("modelUrl");
    if (!url.matches("https?://[^\\s]+")) {
      throw new IllegalArgumentException(
          "embedded.modelUrl: " + url + " (expected: an http or https URL)");
    }
    String sha = config.getString("modelSha256").toLowerCase(Locale.ROOT);
    if (!sha.matches("|[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "embedded.modelSha256: " + sha + " (expected: 64 hexadecimal digits or empty)");
    }
    Duration timeout = config.getDuration("answerTimeout");
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "embedded.answerTimeout: " + timeout + " (expected: a positive duration)");
    }
    return new EmbeddedSettings(
        cacheDir(config.getString("cacheDir")), URI.create(url), sha, timeout);
  }

  private static Path cacheDir(String configured) {
    if (!configured.isBlank()) {
      return Path.of(configured);
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg == null || xdg.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return base.resolve("llm-cluster").resolve("models");
  }
}
