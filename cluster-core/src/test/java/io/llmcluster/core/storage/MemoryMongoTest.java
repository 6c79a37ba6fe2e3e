package io.llmcluster.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetSocketAddress;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on a server of MongoDB's protocol in this process. */
@SuppressWarnings("NullAway.Init") // JUnit calls start
class MemoryMongoTest implements StoreContract {

  private static MongoServer server;
  private static String uri;

  @BeforeAll
  static void start() {
    server = new MongoServer(new MemoryBackend());
    InetSocketAddress address = server.bind();
    uri = "mongodb://127.0.0.1:" + address.getPort();
  }

  @AfterAll
  static void stop() {
    server.shutdownNow();
  }

  @Override
  public Store store() {
    return new Store.Mongo(uri, "of-our-own");
  }

  @Test
  void the_journal_is_in_the_database_of_the_settings() {
    try (TestSystem system = TestSystem.start(store())) {
      system.add(system.counter(UUID.randomUUID().toString(), "t"), 1);
    }
    ActorTestKit kit = ActorTestKit.create();
    try (MongoClient client = MongoClients.create(uri)) {
      assertThat(
              Source.fromPublisher(client.listDatabaseNames())
                  .runWith(Sink.seq(), kit.system())
                  .toCompletableFuture()
                  .join())
          .contains("of-our-own")
          .doesNotContain("pekko-persistence");
    } finally {
      kit.shutdownTestKit();
    }
  }
}
