package io.llmcluster.core.storage;

import io.llmcluster.core.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Addresses of the embedded database, and connections to it that tell in one line why not. */
final class H2 {

  static {
    // H2 reads it once, before its first connection: a server of ours listens on loopback only.
    System.setProperty("h2.bindAddress", "127.0.0.1");
    // The pool reads it when it starts. Else it takes whatever was in use half a second ago for
    // alive (with 0: in this millisecond), and a store that H2 has closed (no space) may be asked
    // more often than that.
    System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "-1");
  }

  static final String USER = "sa";
  static final String PASSWORD = "";

  /** Name of the database's files, without their endings. */
  static final String DATABASE = "journal";

  /** Another process has the file, or H2 has it and does not know of it ({@link OwnDatabase}). */
  static final int IN_USE = 90_020;

  /**
   * With WRITE_DELAY=0 an answer means that the event is on the disk: with H2's default of half a
   * second each kill -9 lost some. A hook of its own would close the database under a member that
   * still finishes its work, and its trace would be a file that nobody bounds. Whoever is served
   * says the same: one that H2 has closed by itself is opened again by who comes first.
   */
  private static final String OPENED_WITH =
      ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";

  private H2() {}

  /** It stays open until it is shut down on purpose, or H2 closes it by itself. */
  static String fileUrl(Path folder) {
    return fileUrl(folder, -1);
  }

  /** The same, but it is closed with its last connection. */
  static String servedFileUrl(Path folder) {
    return fileUrl(folder, 0);
  }

  private static String fileUrl(Path folder, int closeDelay) {
    return "jdbc:h2:file:"
        + folder.resolve(DATABASE)
        + OPENED_WITH
        + ";DB_CLOSE_DELAY="
        + closeDelay;
  }

  /**
   * @throws SettingsException if the store is served by another process whose key is not there
   */
  static String url(Store store) {
    if (store instanceof Store.OwnFile own) {
      return fileUrl(own.folder());
    }
    if (store instanceof Store.Served served) {
      return "jdbc:h2:tcp://"
          + served.host()
          + ":"
          + served.port()
          + "/"
          + readKey(served)
          + OPENED_WITH;
    }
    throw new IllegalArgumentException("not embedded: " + store);
  }

  private static String readKey(Store.Served served) {
    Path file = keyFile(served.folder());
    try {
      return Files.readString(file).strip();
    } catch (IOException missing) {
      throw new SettingsException(
          "storage.server: "
              + served.host()
              + ":"
              + served.port()
              + " needs the key in "
              + file
              + " (expected: the data-dir of the process that serves the store)");
    }
  }

  /** Whoever can read this file may use the store while it is served. */
  static Path keyFile(Path folder) {
    return folder.resolve("server.key");
  }

  static Connection connect(Store store) {
    try {
      return DriverManager.getConnection(url(store), USER, PASSWORD);
    } catch (SQLException failure) {
      throw refused(store, failure);
    }
  }

  static SettingsException refused(Store store, SQLException failure) {
    if (store instanceof Store.Served served) {
      return new SettingsException(
          "storage.server: "
              + served.host()
              + ":"
              + served.port()
              + " is no store that lets this member in (expected: the address that `up --members`"
              + " gives its members): "
              + firstLine(failure));
    }
    Path folder = store instanceof Store.OwnFile own ? own.folder() : Path.of("");
    if (failure.getErrorCode() == IN_USE) {
      return new SettingsException(
          "data-dir: "
              + folder.getParent()
              + " is in use by another process (expected: a folder of its own for each cluster;"
              + " to add members use up --members, or MONGODB_URI and --join)");
    }
    return new SettingsException(
        "data-dir: " + folder + " cannot be opened as the store: " + firstLine(failure));
  }

  private static String firstLine(SQLException failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
