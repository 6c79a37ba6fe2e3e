package io.llmcluster.node.embedded;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Settings with short times. */
final class TestSettings {
  private TestSettings() {}

  static EmbeddedSettings of(Path cacheDir, URI url, String sha) {
    return of(cacheDir, url, sha, "");
  }

  static EmbeddedSettings of(Path cacheDir, URI url, String sha, String pipPackage) {
    return new EmbeddedSettings(
        cacheDir,
        url,
        sha,
        "smollm2:135m",
        pipPackage,
        "",
        Duration.ofSeconds(5),
        Duration.ofMillis(500),
        Duration.ofSeconds(60),
        2048,
        1,
        2);
  }
}
