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
import org.awaitility.Awaitility;
import org.h2.engine.Database;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slick.jdbc.JdbcDataSource;

/** The pool of connections through which the journal reaches the embedded store. */
@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class StorePoolTest {

  private static final int CONNECTIONS = 4;

  @TempDir Path folder;

  private Store.OwnFile own;
  private OpenStore store;
  private JdbcDataSource pool;

  @BeforeEach
  void open() {
    own = new Store.OwnFile(folder.resolve("store"));
    store = OpenStore.open(own);
    Config db =
        StoreConfig.over(ConfigFactory.empty(), Optional.of(own))
            .getConfig("pekko-persistence-jdbc.shared-databases.slick.db");
    pool = JdbcDataSource.forConfig(db, null, "db", StorePoolTest.class.getClassLoader());
  }

  @AfterEach
  void close() {
    pool.close();
    store.close();
  }

  @Test
  void a_database_that_was_closed_under_connections_in_use_is_opened_again_at_once()
      throws SQLException {
    use(CONNECTIONS);
    closed();
    use(CONNECTIONS);
  }

  @Test
  void what_is_left_of_the_closed_database_keeps_nobody_out_when_it_is_used_later()
      throws SQLException {
    use(CONNECTIONS);
    Database before = closed();
    use(1);
    before.shutdownImmediately(); // as a session does that notices it now
    Awaitility.await("what breaks then, once")
        .ignoreExceptions()
        .untilAsserted(() -> use(CONNECTIONS));
  }

  /** As by H2 itself when a write fails, on a full disk; its connections know nothing of it. */
  private Database closed() throws SQLException {
    Connection any = H2.connect(own);
    Database database =
        ((SessionLocal) any.unwrap(JdbcConnection.class).getSession()).getDatabase();
    database.getStore().getMvStore().closeImmediately();
    assertThat(any.isValid(1)).isTrue();
    return database;
  }

  /** So many at once. */
  private void use(int connections) throws SQLException {
    List<Connection> used = new ArrayList<>();
    try {
      for (int i = 0; i < connections; i++) {
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
