package io.llmcluster.core.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The tables of the embedded store. */
final class H2Schema {

  /** Two members that create the tables at once can be in each other's way, but not for long. */
  private static final int ATTEMPTS = 10;

  private H2Schema() {}

  /** Creates what is not there; may be called at every start, by several members at once. */
  static void create(Connection connection) throws SQLException {
    for (String statement : statements()) {
      execute(connection, statement);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
        return;
      } catch (SQLException failure) {
        if (attempt == ATTEMPTS) {
          throw failure;
        }
      }
    }
  }

  private static List<String> statements() {
    try (InputStream script = H2Schema.class.getResourceAsStream("schema.sql")) {
      String text =
          new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(text.split(";\n")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
