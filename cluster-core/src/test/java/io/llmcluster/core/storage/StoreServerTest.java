package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a store that another process serves, and who may use it. */
@SuppressWarnings("NullAway.Init") // JUnit calls start
class StoreServerTest implements StoreContract {

  @TempDir Path folder;
  private StoreServer server;

  @BeforeEach
  void start() {
    server = StoreServer.start(new Store.OwnFile(folder));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  public Store store() {
    return served(folder);
  }

  private Store.Served served(Path folder) {
    return new Store.Served(folder, "127.0.0.1", port());
  }

  private int port() {
    return Integer.parseInt(server.address().substring(server.address().indexOf(':') + 1));
  }

  @Test
  void members_that_create_the_tables_at_once_all_succeed() throws Exception {
    int members = 8;
    ExecutorService threads = Executors.newFixedThreadPool(members);
    try {
      for (int round = 0; round < 5; round++) {
        try (Connection connection = H2.connect(store());
            Statement statement = connection.createStatement()) {
          statement.execute("DROP ALL OBJECTS");
        }
        CyclicBarrier together = new CyclicBarrier(members);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < members; i++) {
          all.add(
              threads.submit(
                  () -> {
                    try (Connection connection = H2.connect(store())) {
                      together.await();
                      H2Schema.create(connection);
                      return null;
                    }
                  }));
        }
        for (Future<?> one : all) {
          one.get();
        }
        try (Connection connection = H2.connect(store());
            Statement statement = connection.createStatement()) {
          statement
              .executeQuery("SELECT * FROM \"event_journal\" JOIN \"event_tag\" ON 1=1")
              .close();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * As on a full disk, when H2 closes the database under its sessions; used one after the other.
   */
  @Test
  void a_database_that_was_closed_is_served_again_at_the_same_address() throws Exception {
    int port = port();
    try (Connection first = H2.connect(store());
        Connection second = H2.connect(store());
        Connection any = new OwnDatabase(H2.servedFileUrl(folder)).connect()) {
      ((SessionLocal) any.unwrap(JdbcConnection.class).getSession())
          .getDatabase()
          .getStore()
          .getMvStore()
          .closeImmediately();
      assertThatThrownBy(() -> read(first)).isInstanceOf(SQLException.class);
      H2.connect(store()).close();
      assertThatThrownBy(() -> read(second)).isInstanceOf(SQLException.class);
    }
    Awaitility.await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              try (Connection one = H2.connect(store());
                  Connection other = H2.connect(store())) {
                read(one);
                read(other);
              }
            });
    assertThat(port()).isEqualTo(port);
  }

  private static void read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT COUNT(*) FROM \"event_journal\"").close();
    }
  }

  @Test
  void nobody_gets_in_without_the_key() throws Exception {
    Path other = Files.createDirectories(folder.resolve("other"));
    assertThatThrownBy(() -> OpenStore.open(served(other)))
        .hasMessage(
            "storage.server: "
                + server.address()
                + " needs the key in "
                + H2.keyFile(other)
                + " (expected: the data-dir of the process that serves the store)");
    Files.writeString(H2.keyFile(other), "guess");
    assertThatThrownBy(() -> OpenStore.open(served(other)))
        .hasMessageStartingWith("storage.server: " + server.address() + " is no store");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(H2.keyFile(folder))))
        .isEqualTo("rw-------");
  }

  @Test
  void it_listens_on_loopback_only() throws Exception {
    for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : network.inetAddresses().toList()) {
        if (address instanceof java.net.Inet4Address && !address.isLoopbackAddress()) {
          try (Socket socket = new Socket()) {
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress(address, port()), 2_000))
                .as(address.toString())
                .isInstanceOf(java.io.IOException.class);
          }
        }
      }
    }
  }

  @Test
  void a_stopped_server_is_told_with_its_address() throws Exception {
    server.close();
    Files.writeString(H2.keyFile(folder), "key"); // as one that was killed leaves it
    assertThatThrownBy(() -> OpenStore.open(store()))
        .hasMessageStartingWith("storage.server: " + server.address() + " is no store");
  }

  @Test
  void a_clean_stop_gives_unused_space_back() throws SQLException, java.io.IOException {
    try (Connection connection = H2.connect(store());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE \"waste\" (\"b\" BLOB)");
      for (int i = 0; i < 20; i++) {
        statement.execute("INSERT INTO \"waste\" VALUES (RANDOM_UUID() || SPACE(1000000))");
      }
      statement.execute("DROP TABLE \"waste\"");
    }
    Path file = folder.resolve("journal.mv.db");
    long before = Files.size(file);
    server.close();
    assertThat(Files.size(file)).isLessThan(before / 2);
  }
}
