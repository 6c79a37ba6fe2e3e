package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded store, and what only it promises. */
class EmbeddedStoreTest implements StoreContract {

  @TempDir static Path folder = Path.of("");

  @Override
  public Store store() {
    return new Store.OwnFile(folder.resolve("store"));
  }

  @Test
  void erasing_leaves_no_row_behind() throws SQLException {
    String id = UUID.randomUUID().toString();
    try (TestSystem system = TestSystem.start(store())) {
      system.add(system.counter(id, "t"), 1);
      system.erase(id);
      try (Connection connection = H2.connect(store());
          Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT COUNT(*) FROM \"event_journal\" WHERE \"persistence_id\" = '"
                      + id
                      + "'")) {
        rows.next();
        assertThat(rows.getInt(1)).isZero();
      }
    }
  }
}
