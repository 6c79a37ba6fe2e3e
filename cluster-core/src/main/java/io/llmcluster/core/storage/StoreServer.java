package io.llmcluster.core.storage;

import io.llmcluster.core.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * Serves the embedded store to the members of this machine, on loopback. Whoever connects needs a
 * key that lies beside the database and is made anew each time: H2 would let any user of the
 * machine in, and its SQL can run code.
 */
public final class StoreServer implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final int KEY_BYTES = 16;

  private final OpenStore store;
  private final Path keyFile;
  private final FileServer server;
  private boolean closed;

  private StoreServer(OpenStore store, Path keyFile, FileServer server) {
    this.store = store;
    this.keyFile = keyFile;
    this.server = server;
  }

  /**
   * Opens the store and serves it on a free port.
   *
   * @throws SettingsException if the folder cannot be used or another process uses it
   */
  public static StoreServer start(Store.OwnFile own) {
    OpenStore store = OpenStore.open(own);
    try {
      Path keyFile = H2.keyFile(own.folder());
      String key = newKey();
      PrivateFiles.write(keyFile, key);
      return new StoreServer(store, keyFile, FileServer.start(own, key));
    } catch (SQLException failure) {
      store.close();
      throw H2.refused(own, failure);
    } catch (SettingsException failure) {
      store.close();
      throw failure;
    }
  }

  private static String newKey() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return HexFormat.of().formatHex(key);
  }

  /** What the members get as {@code storage.server}. */
  public String address() {
    return HOST + ":" + server.port();
  }

  /** Ends the members' connections, then compacts and closes the store; blocks. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    server.close();
    try {
      Files.deleteIfExists(keyFile);
    } catch (IOException left) {
      // a key that opens nothing any more
    }
    store.close();
  }
}
