package io.llmcluster.core.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.h2.tools.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * H2's server of a file of ours. When H2 has closed the database by itself, all sessions of members
 * are ended, at the price of connections that break, before it is served again at the same port
 * ({@link OwnDatabase} says why).
 */
final class FileServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FileServer.class);

  private static final long LOOK_MILLIS = 500;

  private final Store.OwnFile file;
  private final String key;
  private final OwnDatabase database;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "store-server");
            thread.setDaemon(true);
            return thread;
          });

  @SuppressWarnings("UnusedVariable") // held: the database is open as long as it has connections
  private Connection anchor;

  private Server server;
  private boolean serving = true;

  private FileServer(
      Store.OwnFile file, String key, OwnDatabase database, Connection anchor, Server server) {
    this.file = file;
    this.key = key;
    this.database = database;
    this.anchor = anchor;
    this.server = server;
  }

  /** Serves it on a free port of loopback to whoever knows the key. */
  static FileServer start(Store.OwnFile file, String key) throws SQLException {
    OwnDatabase database = new OwnDatabase(H2.servedFileUrl(file.folder()));
    Connection anchor = database.connect();
    FileServer started = new FileServer(file, key, database, anchor, serve(file, key, 0));
    started.looking.scheduleWithFixedDelay(
        started::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    return started;
  }

  private static Server serve(Store.OwnFile file, String key, int port) throws SQLException {
    String database = "file:" + file.folder().resolve(H2.DATABASE);
    return Server.createTcpServer("-tcpPort", String.valueOf(port), "-key", key, database).start();
  }

  synchronized int port() {
    return server.getPort();
  }

  private synchronized void look() {
    if (looking.isShutdown() || (serving && database.isOpen())) {
      return;
    }
    if (serving) {
      log.warn("the store was closed, most likely its disk is full: opening it again");
    }
    serving = false;
    try {
      server.stop();
      reopen();
      serving = true;
      log.info("the store is served again");
    } catch (SQLException | RuntimeException notYet) { // or nobody would look again
      log.debug("the store cannot be opened again yet", notYet);
    }
  }

  private void reopen() throws SQLException {
    Connection opened = database.connect();
    try {
      server = serve(file, key, server.getPort());
      anchor = opened;
    } catch (SQLException taken) {
      opened.close();
      throw taken;
    }
  }

  /** Ends the members' connections; the database is left open. */
  @Override
  public void close() {
    looking.shutdown(); // an interrupt would close the file under its database
    synchronized (this) {
      server.stop();
    }
  }
}
