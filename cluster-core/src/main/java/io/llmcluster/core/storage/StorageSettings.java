package io.llmcluster.core.storage;

import com.mongodb.ConnectionString;
import com.mongodb.MongoException;
import com.typesafe.config.Config;
import io.llmcluster.core.settings.SettingsException;
import io.llmcluster.core.settings.SettingsReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * What the configuration says about the durable store: MongoDB if {@code mongodb.uri} is set, else
 * the embedded store of this process or, with {@code storage.server}, of another.
 *
 * @param dataDir where this member keeps its files, absolute
 * @param store where the journal is
 */
public record StorageSettings(Path dataDir, Store store) {

  private static final String USUAL_FOLDER = ".llm-cluster";

  /**
   * @throws SettingsException if a value cannot be used
   */
  public static StorageSettings create(Config root) {
    Path dataDir = dataDir(root);
    SettingsReader mongo = SettingsReader.of(root, "mongodb");
    String uri = mongo.text("uri").strip();
    if (!uri.isEmpty()) {
      return new StorageSettings(dataDir, mongo(mongo, uri));
    }
    Path folder = dataDir.resolve("store");
    SettingsReader storage = SettingsReader.of(root, "storage");
    String server = storage.text("server").strip();
    return new StorageSettings(
        dataDir, server.isEmpty() ? new Store.OwnFile(folder) : served(storage, folder, server));
  }

  /**
   * Whether members that join this one, or that this one joins, can use the same store. The file of
   * one process is for that process alone.
   */
  public boolean isShared() {
    return !(store instanceof Store.OwnFile);
  }

  private static Path dataDir(Config root) {
    SettingsReader reader = SettingsReader.of(root);
    String configured = reader.text("data-dir").strip();
    try {
      Path folder =
          configured.isEmpty()
              ? Path.of(System.getProperty("user.home", "."), USUAL_FOLDER)
              : Path.of(configured);
      if (folder.toString().contains(";")) { // H2 ends its address there
        throw reader.refused("data-dir", configured, "a folder without ; in its name");
      }
      return folder.toAbsolutePath().normalize();
    } catch (InvalidPathException wrong) {
      throw reader.refused("data-dir", configured, "a folder");
    }
  }

  private static Store mongo(SettingsReader reader, String uri) {
    String database = reader.text("database").strip();
    if (!database.matches("[^/\\\\. \"$*<>:|?\0]{1,63}")) { // MongoDB's own rule
      throw reader.refused(
          "database", database, "1 to 63 characters, without dots, slashes, spaces, quotes");
    }
    try {
      String named = new ConnectionString(uri).getDatabase();
      return new Store.Mongo(uri, named == null ? database : named);
    } catch (IllegalArgumentException | MongoException wrong) {
      // The value is not shown, since it may hold a password.
      throw reader.refused("uri", "(not shown)", "mongodb://HOST:PORT/DATABASE");
    }
  }

  private static Store served(SettingsReader reader, Path folder, String server) {
    int colon = server.lastIndexOf(':');
    try {
      int port = Integer.parseInt(server.substring(colon + 1));
      if (colon > 0 && port > 0 && port <= 65_535) {
        return new Store.Served(folder, server.substring(0, colon), port);
      }
    } catch (NumberFormatException notAPort) {
      // told below, with every other wrong form
    }
    throw reader.refused("server", server, "HOST:PORT");
  }
}
