package io.llmcluster.app.member;

import com.typesafe.config.Config;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.inference.ClusterInference;
import io.llmcluster.core.inference.InferenceSettings;
import io.llmcluster.core.node.NodeClients;
import io.llmcluster.core.placement.LeastLoad;
import io.llmcluster.core.queue.WaitingRoom;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.stream.Materializer;

/** The inference port of a member, which its clients and its workflows share. */
final class Inferences {

  private Inferences() {}

  static ClusterInference start(
      ActorSystem<Void> system, Config config, Directory directory, NodeClients clients) {
    InferenceSettings settings = InferenceSettings.create(config);
    return new ClusterInference(
        directory,
        clients,
        new LeastLoad(),
        system.systemActorOf(
            WaitingRoom.create(directory, settings), "waiting-room", Props.empty()),
        settings,
        Materializer.matFromSystem(system));
  }
}
