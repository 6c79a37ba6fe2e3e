package io.llmcluster.app.member;

import io.llmcluster.core.storage.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a member keeps its files. */
public final class DataFolder {

  /** On a full disk an empty file can still be made, and a store needs room to begin with. */
  private static final int TRIED_BYTES = 1024 * 1024;

  private DataFolder() {}

  /**
   * Makes the folder, so that a start fails at once and not when the first file is written. The
   * usual folder, for which nobody asked, is left alone by a member that keeps nothing in it: its
   * home may be read-only.
   *
   * @param asked whether the folder was asked for
   * @param folder absolute
   * @param store that the member uses
   * @throws StartupException if it cannot be written
   */
  public static void prepare(boolean asked, Path folder, Optional<Store> store) {
    if (asked || store.filter(Store.OwnFile.class::isInstance).isPresent()) {
      prepare(folder);
    }
  }

  /**
   * Makes a folder that holds the store.
   *
   * @throws StartupException if it cannot be written
   */
  public static void prepare(Path folder) {
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
              + " cannot be written (expected: a folder that this user may write, with 1 MiB free;"
              + " --data-dir names another)");
    }
  }
}
