package io.llmcluster.core.storage;

import io.llmcluster.core.settings.SettingsException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and folders that only the user of this process may read, where there are such things. */
final class PrivateFiles {

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private PrivateFiles() {}

  /**
   * @throws SettingsException if it cannot be made
   */
  static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder, only("rwx------"));
    } catch (IOException failure) {
      throw refused(folder, "be created");
    }
  }

  /** Writes a file anew, whatever was there. */
  static void write(Path file, String text) {
    try {
      Files.deleteIfExists(file);
      Files.createFile(file, only("rw-------"));
      Files.writeString(file, text);
    } catch (IOException failure) {
      throw refused(file, "be written");
    }
  }

  private static FileAttribute<?>[] only(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static SettingsException refused(Path path, String what) {
    return new SettingsException(
        "data-dir: "
            + path
            + " cannot "
            + what
            + " (expected: a folder with space that this user may write)");
  }
}
