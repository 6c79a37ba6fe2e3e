package io.llmcluster.gateway.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.node.NodeClients;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class NodeAccessTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  /** As for an inference: "not found" would need somebody who knows. */
  @Test
  void a_model_that_nobody_has_while_no_node_can_be_reached_is_an_outage() {
    NodeAccess nodes =
        new NodeAccess(new Directory(), new NodeClients(KIT.system(), 16 * 1024 * 1024));
    assertThatThrownBy(() -> nodes.having("m")).isInstanceOf(InferenceFailure.NoNode.class);
    assertThatThrownBy(() -> nodes.holdersOf("m")).isInstanceOf(InferenceFailure.NoNode.class);
    assertThatThrownBy(() -> nodes.toPull("m")).isInstanceOf(InferenceFailure.NoNode.class);
  }
}
