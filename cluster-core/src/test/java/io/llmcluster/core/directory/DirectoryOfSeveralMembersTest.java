package io.llmcluster.core.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.directory.ClusterMember.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.Leave;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a member knows of others that come, stand for nodes and go. */
class DirectoryOfSeveralMembersTest {

  private final ActorTestKit standing = member("node");
  private final ActorTestKit joining = member("gateway");
  private final ActorTestKit third = member("node");

  private static ActorTestKit member(String role) {
    return ActorTestKit.create(
        "directory",
        ConfigFactory.parseString(
                """
                pekko.actor.provider = cluster
                pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                # One that is shut down is gone without a word.
                pekko.coordinated-shutdown.run-by-actor-system-terminate = off
                """)
            .withFallback(ConfigFactory.parseString("pekko.cluster.roles = [" + role + "]"))
            .withFallback(ConfigFactory.load()));
  }

  private static void join(ActorTestKit member, ActorTestKit other) {
    Cluster.get(member.system())
        .manager()
        .tell(Join.create(Cluster.get(other.system()).selfMember().address()));
  }

  /** Its directory is not of interest, only what it says. */
  private static ActorRef<DirectoryActor.Command> standsForNodeA(ActorTestKit member) {
    return standsForNodeA(member, Directories.MODELS);
  }

  private static ActorRef<DirectoryActor.Command> standsForNodeA(
      ActorTestKit member, List<InstalledModel> models) {
    ActorRef<DirectoryActor.Command> actor = member.spawn(DirectoryActor.create(new Directory()));
    String name =
        DirectoryActor.memberName(Cluster.get(member.system()).selfMember().uniqueAddress());
    ActorRef<SlotCommand> slots = member.<SlotCommand>createTestProbe().ref();
    actor.tell(
        new DirectoryActor.Publish(
            new MemberNodes(
                List.of(),
                List.of(Directories.node("a", 1, name, slots).withInstalled(models)),
                List.of(),
                false)));
    return actor;
  }

  @Test
  void as_many_models_as_a_member_may_tell_of_reach_the_others() {
    Directory directory = new Directory();
    joining.spawn(DirectoryActor.create(directory));
    join(standing, standing);
    join(joining, standing);
    awaitMembers(directory, 2);
    standsForNodeA(standing, Directories.models(MemberNodes.MOST_MODELS));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> directory.view().node("a").map(node -> node.installed().size()).orElse(0),
            count -> count == MemberNodes.MOST_MODELS);
  }

  @AfterEach
  void stop() {
    third.shutdownTestKit();
    joining.shutdownTestKit();
    standing.shutdownTestKit();
  }

  @Test
  void it_is_complete_when_every_member_with_nodes_was_heard_once() {
    Directory directory = new Directory();
    joining.spawn(DirectoryActor.create(directory));
    join(standing, standing);
    join(joining, standing);
    awaitMembers(directory, 2);
    assertThat(directory.isComplete()).isFalse();
    standsForNodeA(standing);
    await().until(directory::isComplete);
    assertThat(directory.view().withModel("m:latest")).hasSize(1);
  }

  @Test
  void the_others_are_heard_after_one_has_left() {
    Directory directory = new Directory();
    standing.spawn(DirectoryActor.create(directory));
    join(standing, standing);
    join(joining, standing);
    awaitMembers(directory, 2);
    join(third, standing);
    awaitMembers(directory, 3);
    Cluster leaving = Cluster.get(joining.system());
    leaving.manager().tell(Leave.create(leaving.selfMember().address()));
    awaitMembers(directory, 2);
    standsForNodeA(third);
    await().until(() -> directory.view().node("a").isPresent());
  }

  @Test
  void a_member_that_was_cut_off_is_shown_as_unreachable_and_is_not_live() {
    Directory directory = new Directory();
    standing.spawn(DirectoryActor.create(directory));
    join(standing, standing);
    join(third, standing);
    awaitMembers(directory, 2);
    String lost =
        DirectoryActor.memberName(Cluster.get(third.system()).selfMember().uniqueAddress());
    third.shutdownTestKit();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> status(directory, lost).equals(Optional.of(Status.UNREACHABLE)));
    awaitMembers(directory, 1);
  }

  @Test
  void a_load_is_read_on_the_other_members() {
    Directory directory = new Directory();
    joining.spawn(DirectoryActor.create(directory));
    join(standing, standing);
    join(joining, standing);
    awaitMembers(directory, 2);
    ActorRef<DirectoryActor.Command> actor = standsForNodeA(standing);
    NodeEntry node = awaitNodeA(directory);
    for (int active : new int[] {3, 1}) {
      NodeLoad load = new NodeLoad(5 - active, active, 1, 4, 0.5);
      actor.tell(new DirectoryActor.LoadChanged(node.life(), load));
      await().until(() -> directory.load(node), load::equals);
    }
  }

  /** It would take the node for idle until its load changes, which may never be. */
  @Test
  void one_that_comes_later_learns_the_load_there_is() {
    join(standing, standing);
    ActorRef<DirectoryActor.Command> actor = standsForNodeA(standing);
    NodeLoad load = new NodeLoad(5, 4, 2, 4, 0.5);
    actor.tell(new DirectoryActor.LoadChanged(life(standing), load));
    Directory directory = new Directory();
    joining.spawn(DirectoryActor.create(directory));
    join(joining, standing);
    NodeEntry node = awaitNodeA(directory);
    await().atMost(Duration.ofSeconds(20)).until(() -> directory.load(node), load::equals);
  }

  private static NodeLife life(ActorTestKit member) {
    return new NodeLife(
        "a",
        DirectoryActor.memberName(Cluster.get(member.system()).selfMember().uniqueAddress()),
        1);
  }

  private static NodeEntry awaitNodeA(Directory directory) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> directory.view().node("a"), Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<Status> status(Directory directory, String name) {
    return directory.view().everyMember().stream()
        .filter(member -> member.name().equals(name))
        .map(ClusterMember::status)
        .findFirst();
  }

  private static void awaitMembers(Directory directory, int count) {
    await().atMost(Duration.ofSeconds(20)).until(() -> directory.view().members().size() == count);
  }
}
