package io.llmcluster.core.testkit;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.llmcluster.core.storage.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/** The stores on which workflows are tested, and what it can show on each. */
public enum TestStore {
  /** All of it. */
  EMBEDDED,

  /**
   * A server of MongoDB's protocol in this process: our use of the driver and of the plugin's
   * queries. Nothing about durability, since it keeps all in memory.
   */
  MEMORY_MONGO,

  /** A real server process; what it cannot show is told in {@link FerretDb}. */
  FERRETDB,

  /**
   * A MongoDB of whoever has one: all of it. Each run has a database of its own there, named {@code
   * llm-cluster-test-*}, which may be dropped.
   */
  MONGODB;

  /**
   * The tag of tests that use the MongoDB that is given: all of them are what
   * scripts/verify-mongodb asks of it.
   */
  public static final String ON_MONGODB = "mongodb";

  private static final String URI = System.getenv().getOrDefault("LLM_CLUSTER_TEST_MONGODB", "");

  /** Given a MongoDB, only that; or else those that need nothing, and FerretDB if it is here. */
  public static List<TestStore> here() {
    if (!URI.isEmpty()) {
      return List.of(MONGODB);
    }
    return Stream.of(EMBEDDED, MEMORY_MONGO, FERRETDB)
        .filter(one -> one != FERRETDB || FerretDb.isHere())
        .toList();
  }

  /** Those of them that can delete events. */
  public static List<TestStore> erasing() {
    return here().stream().filter(TestStore::erases).toList();
  }

  /** Whether it can delete events. */
  public boolean erases() {
    return this != FERRETDB;
  }

  /** How tables name it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * A store, and what has to be ended after its last user.
   *
   * @param server that was started for it
   */
  public record Opened(Store store, Runnable server) implements AutoCloseable {

    /** Another one, empty too, on the same server. */
    public Store another() {
      return store instanceof Store.Mongo mongo
          ? new Store.Mongo(mongo.uri(), mongo.database() + "-" + shortId())
          : new Store.OwnFile(newFolder());
    }

    @Override
    public void close() {
      server.run();
    }
  }

  /** A new, empty one. */
  public Opened open() {
    return switch (this) {
      case EMBEDDED -> new Opened(new Store.OwnFile(newFolder()), () -> {});
      case MEMORY_MONGO -> {
        MongoServer server = new MongoServer(new MemoryBackend());
        yield new Opened(
            new Store.Mongo(server.bindAndGetConnectionString(), "tests"), server::shutdown);
      }
      case FERRETDB -> {
        FerretDb server = ferretDb();
        yield new Opened(new Store.Mongo(server.uri(), "tests"), server::close);
      }
      case MONGODB -> new Opened(new Store.Mongo(URI, database()), () -> {});
    };
  }

  private static FerretDb ferretDb() {
    try {
      return FerretDb.start(newFolder());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Path newFolder() {
    try {
      Path stores = Files.createDirectories(Path.of("target", "stores"));
      return Files.createTempDirectory(stores, "store-").toAbsolutePath();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String database() {
    return "llm-cluster-test-" + shortId();
  }

  private static String shortId() {
    return UUID.randomUUID().toString().substring(0, 8);
  }
}
