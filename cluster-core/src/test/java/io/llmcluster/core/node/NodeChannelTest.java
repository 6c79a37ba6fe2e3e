package io.llmcluster.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.protocol.NodeServiceClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.grpc.GrpcClientSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The way to a port where nobody listens; the clients never connect. */
class NodeChannelTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private final List<NodeServiceClient> made = new ArrayList<>();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private NodeServiceClient make() {
    NodeServiceClient client =
        NodeServiceClient.create(
            GrpcClientSettings.connectToServiceAt("127.0.0.1", 9, KIT.system()).withTls(false),
            KIT.system());
    made.add(client);
    return client;
  }

  @Test
  void a_connection_on_which_large_calls_were_given_up_is_replaced() {
    try (NodeChannel channel = new NodeChannel(this::make)) {
      for (int i = 0; i < 3; i++) {
        channel.gaveUp(1_000_000);
        channel.gaveUp(100); // is sent before it can be given up
      }
      assertThat(channel.client()).isSameAs(made.get(0));
      channel.gaveUp(1_000_000);
      assertThat(channel.client()).isSameAs(made.get(1)).isNotSameAs(made.get(0));
      assertThat(made.get(0).closed().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
    }
    assertThat(made).hasSize(2);
  }
}
