package io.llmcluster.app.member;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a member keeps its files. */
final class DataFolder {

  /** On a full disk an empty file can still be made. */
  private static final int TRIED_BYTES = 64 * 1024;

  private DataFolder() {}

  /**
   * Makes the folder that was asked for, so that a start fails at once and not when the first file
   * is written.
   *
   * @throws StartupException if it cannot be written
   */
  static void prepare(Config config) {
    String configured = config.getString("data-dir");
    if (configured.isBlank()) {
      return;
    }
    Path folder = Path.of(configured);
    try {
      Files.createDirectories(folder);
      Path tried = Files.createTempFile(folder, "write", ".tmp");
      try {
        Files.write(tried, new byte[TRIED_BYTES]);
      } finally {
        Files.delete(tried);
      }
    } catch (IOException failure) {
      throw new StartupException(
          "data-dir: "
              + folder
              + " cannot be written (expected: a folder with space that this user may write)");
    }
  }
}
