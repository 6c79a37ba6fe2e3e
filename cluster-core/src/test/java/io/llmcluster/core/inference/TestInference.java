package io.llmcluster.core.inference;

import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.core.placement.Placement;
import io.llmcluster.core.queue.WaitingRoom;
import io.llmcluster.core.stream.ByteBudget;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.stream.Materializer;

/** The inference port of a gateway whose nodes are a test's, on the member {@code here}. */
final class TestInference {

  private TestInference() {}

  /**
   * @param answers memory of whole answers
   */
  static ClusterInference of(
      ActorTestKit kit,
      Directory directory,
      FakeNode nodes,
      TestProbe<WaitingRoom.Command> room,
      Placement placement,
      ByteBudget answers) {
    NodeClients clients = new NodeClients(kit.system(), 1024);
    clients.setLocal("here", nodes);
    return new ClusterInference(
        directory,
        clients,
        placement,
        room.ref(),
        new InferenceSettings(
            10, 10, Duration.ofMinutes(1), Duration.ZERO, 3, Duration.ofSeconds(1), answers),
        Materializer.createMaterializer(kit.system()));
  }
}
