package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slick.jdbc.JdbcDataSource;

/** The pool of connections through which the journal reaches the embedded store. */
@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class StorePoolTest {

  private static final int CONNECTIONS = 4;

  @TempDir Path folder;

  /** As by H2 itself when a write fails, on a full disk. */
  @Test
  void a_database_that_was_closed_under_connections_in_use_is_opened_again_at_once()
      throws SQLException {
    Store.OwnFile own = new Store.OwnFile(folder.resolve("store"));
    Config db =
        StoreConfig.over(ConfigFactory.empty(), Optional.of(own))
            .getConfig("pekko-persistence-jdbc.shared-databases.slick.db");
    try (OpenStore store = OpenStore.open(own);
        JdbcDataSource pool =
            JdbcDataSource.forConfig(db, null, "db", StorePoolTest.class.getClassLoader())) {
      assertThat(store.store()).isEqualTo(own);
      useAll(pool);
      failAtWriting(own);
      useAll(pool);
    }
  }

  /** What H2 does then: the file is closed, of which its connections know nothing. */
  private static void failAtWriting(Store.OwnFile own) throws SQLException {
    Connection any = H2.connect(own);
    ((SessionLocal) any.unwrap(JdbcConnection.class).getSession())
        .getDatabase()
        .getStore()
        .getMvStore()
        .closeImmediately();
    assertThat(any.isValid(1)).isTrue();
  }

  private static void useAll(JdbcDataSource pool) throws SQLException {
    List<Connection> used = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        Connection connection = pool.createConnection();
        used.add(connection);
        try (Statement statement = connection.createStatement();
            ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM \"event_journal\"")) {
          assertThat(count.next()).isTrue();
        }
      }
    } finally {
      for (Connection connection : used) {
        connection.close();
      }
    }
  }
}
