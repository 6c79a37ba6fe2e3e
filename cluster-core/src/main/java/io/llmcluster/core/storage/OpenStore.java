package io.llmcluster.core.storage;

import io.llmcluster.core.settings.SettingsException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that is ready for the journal. Open it before the actor system first uses the journal and
 * close it when the actor system has ended.
 */
public final class OpenStore implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OpenStore.class);

  private final Store store;

  private OpenStore(Store store) {
    this.store = store;
  }

  /**
   * Makes sure that the embedded store is there, is ours, and has its tables; blocks. A MongoDB is
   * not asked: it may be away for a while, and the journal waits for it.
   *
   * @throws SettingsException if the folder cannot be used or another process uses it
   */
  public static OpenStore open(Store store) {
    if (!(store instanceof Store.Mongo)) {
      if (store instanceof Store.OwnFile own) {
        PrivateFiles.createFolder(own.folder());
      }
      try (Connection connection = H2.connect(store)) {
        H2Schema.create(connection);
      } catch (SQLException failure) {
        throw H2.refused(store, failure);
      }
    }
    return new OpenStore(store);
  }

  public Store store() {
    return store;
  }

  /**
   * Gives a file of ours back its unused space (every event leaves some behind) and closes it. What
   * was acknowledged is safe without this.
   */
  @Override
  public void close() {
    if (!(store instanceof Store.OwnFile)) {
      return;
    }
    try (Connection connection = H2.connect(store);
        Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN COMPACT");
    } catch (SQLException | SettingsException failure) {
      log.warn("the store was not compacted: {}", failure.getMessage());
    }
  }
}
