package io.llmcluster.core.storage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.h2.engine.Database;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.jspecify.annotations.Nullable;

/**
 * The database of a file of ours in this process. H2 closes it by itself when it cannot write (a
 * full disk) and opens it again for the next connection. But a session that was left of the closed
 * one, when it is next used, takes the database by its name out of H2's list of open ones, and so
 * the new one: H2 then finds its file locked, by itself, and nobody gets a connection any more. So
 * what is left is ended before the database is opened again.
 */
final class OwnDatabase {

  private final String url;
  private @Nullable Database opened;

  OwnDatabase(String url) {
    this.url = url;
  }

  /** Opens the database if need be; blocks. */
  synchronized Connection connect() throws SQLException {
    if (opened != null && !isOpen()) {
      end();
    }
    Connection connection;
    try {
      connection = DriverManager.getConnection(url, H2.USER, H2.PASSWORD);
    } catch (SQLException failure) {
      if (failure.getErrorCode() != H2.IN_USE || opened == null) {
        throw failure;
      }
      end(); // a session that was in use all the time has taken it off the list
      connection = DriverManager.getConnection(url, H2.USER, H2.PASSWORD);
    }
    opened = ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession()).getDatabase();
    return connection;
  }

  /** Whether the database to which the last connection was made is still open. */
  synchronized boolean isOpen() {
    return opened != null && !opened.getStore().getMvStore().isClosed();
  }

  private void end() {
    Database left = opened;
    opened = null;
    if (left != null) {
      left.shutdownImmediately();
      for (SessionLocal session : left.getSessions(true)) {
        end(session);
      }
    }
  }

  private static void end(SessionLocal session) {
    try {
      session.close();
    } catch (RuntimeException closed) {
      // as it has to be; the others are still to be ended
    }
  }
}
