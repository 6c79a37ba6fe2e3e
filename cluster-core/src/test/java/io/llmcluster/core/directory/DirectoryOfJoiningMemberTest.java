package io.llmcluster.core.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.queue.SlotCommand;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A member that joins another one, which stands for a node and says so late. */
class DirectoryOfJoiningMemberTest {

  private final ActorTestKit standing = member("node");
  private final ActorTestKit joining = member("gateway");

  private static ActorTestKit member(String role) {
    return ActorTestKit.create(
        "directory",
        ConfigFactory.parseString(
                """
                pekko.actor.provider = cluster
                pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                """)
            .withFallback(ConfigFactory.parseString("pekko.cluster.roles = [" + role + "]"))
            .withFallback(ConfigFactory.load()));
  }

  private static void join(ActorTestKit member, ActorTestKit other) {
    Cluster.get(member.system())
        .manager()
        .tell(Join.create(Cluster.get(other.system()).selfMember().address()));
  }

  @AfterEach
  void stop() {
    joining.shutdownTestKit();
    standing.shutdownTestKit();
  }

  @Test
  void it_is_complete_when_every_member_with_nodes_was_heard_once() {
    Directory directory = new Directory();
    joining.spawn(DirectoryActor.create(directory));
    join(standing, standing);
    join(joining, standing);
    await().until(() -> directory.view().members().size() == 2);
    assertThat(directory.isComplete()).isFalse();
    ActorRef<DirectoryActor.Command> late = standing.spawn(DirectoryActor.create(new Directory()));
    String member =
        DirectoryActor.memberName(Cluster.get(standing.system()).selfMember().uniqueAddress());
    ActorRef<SlotCommand> slots = standing.<SlotCommand>createTestProbe().ref();
    late.tell(
        new DirectoryActor.Publish(
            new MemberNodes(
                List.of(), List.of(Directories.node("a", 1, member, slots)), List.of(), false)));
    await().until(directory::isComplete);
    assertThat(directory.view().withModel("m:latest")).hasSize(1);
  }
}
