package io.llmcluster.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.grpc.Status;
import io.llmcluster.core.directory.Directories;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeLoad;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.placement.LeastLoad;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.queue.WaitingRoom;
import io.llmcluster.core.stream.ByteBudget;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that only some nodes may take. */
class ConstrainedInferenceTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private static final NodeConstraint ON_GPU =
      new NodeConstraint(List.of("gpu"), List.of(), List.of());

  private static final NodeConstraint ON_TPU =
      new NodeConstraint(List.of("tpu"), List.of("linux"), List.of("fast", "large"));

  private final Directory directory = new Directory();
  private final FakeNode nodes = new FakeNode();
  private final TestProbe<SlotCommand> slots = KIT.createTestProbe();
  private final TestProbe<WaitingRoom.Command> room = KIT.createTestProbe();
  private final NodeEntry cpu = node("cpu", "cpu");
  private final NodeEntry gpu = node("gpu", "gpu");
  private final NodeEntry bareGpu = Directories.without(node("bare", "gpu"));
  private ClusterInference inference;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void anIdleCpuAndABusyGpu() {
    Directories.show(directory, cpu, gpu);
    Directories.load(directory, cpu, new NodeLoad(1, 0, 0, 4, 0));
    Directories.load(directory, gpu, new NodeLoad(1, 3, 0, 4, 0));
    inference =
        TestInference.of(KIT, directory, nodes, room, new LeastLoad(), ByteBudget.ofThisProcess());
    for (String name : List.of("cpu", "gpu")) {
      nodes.answers.put(
          name, request -> Source.from(List.of(FakeNode.head(200), FakeNode.chunk(name))));
    }
  }

  private NodeEntry node(String name, String type) {
    return Directories.node(name, type, 1, "here", slots.ref());
  }

  private CompletionStage<InferenceAnswer> ask(NodeConstraint constraint) {
    return inference
        .ask(
            new InferenceRequest(
                "id", Operation.CHAT, "m", true, ByteString.emptyByteString(), constraint))
        .answer();
  }

  private static InferenceAnswer get(CompletionStage<InferenceAnswer> stage) {
    return stage.toCompletableFuture().orTimeout(3, TimeUnit.SECONDS).join();
  }

  @Test
  void a_call_goes_to_a_node_that_is_allowed_though_another_has_less_to_do() {
    assertThat(get(ask(NodeConstraint.ANY)).node()).isEqualTo("cpu");
    nodes.asked.clear();
    assertThat(get(ask(ON_GPU)).node()).isEqualTo("gpu");
    assertThat(nodes.asked).containsExactly("gpu");
  }

  @Test
  void a_call_waits_for_a_node_that_is_allowed_though_another_has_a_free_slot() {
    Directories.load(directory, gpu, new NodeLoad(2, 4, 0, 4, 0));
    CompletionStage<InferenceAnswer> answer = ask(ON_GPU);
    WaitingRoom.Waiting waiting = room.expectMessageClass(WaitingRoom.Enter.class).request();
    assertThat(waiting.nodes()).isEqualTo(ON_GPU);
    assertThat(nodes.asked).isEmpty();
    waiting.slot().complete(new WaitingRoom.GrantedSlot(gpu, 5));
    assertThat(get(answer).node()).isEqualTo("gpu");
  }

  @Test
  void a_failure_of_the_only_node_that_is_allowed_is_told_and_no_other_one_asked() {
    nodes.answers.put("gpu", request -> FakeNode.failing(Status.ABORTED));
    assertThatThrownBy(() -> get(ask(ON_GPU)))
        .hasCauseInstanceOf(InferenceFailure.NodeFailed.class)
        .hasMessageContaining("gpu");
    assertThat(nodes.asked).containsExactly("gpu");
  }

  @Test
  void a_model_that_no_allowed_node_has_is_not_found_on_those_nodes() {
    Directories.show(directory, cpu, bareGpu);
    assertThatThrownBy(() -> get(ask(ON_GPU)))
        .hasCauseInstanceOf(InferenceFailure.ModelNotFound.class)
        .hasMessageContaining("model 'm' not found on a node of type gpu");
  }

  @Test
  void a_constraint_that_no_node_of_the_cluster_meets_is_told() {
    assertThatThrownBy(() -> get(ask(ON_TPU)))
        .hasCauseInstanceOf(InferenceFailure.ModelNotFound.class)
        .hasMessageContaining(
            "model 'm' not found on a node of type tpu, of platform linux, with fast and large");
  }

  /** A node that may not take the call does not make up for those that may. */
  @Test
  void when_all_allowed_nodes_are_away_it_is_an_outage() {
    Directories.showWanted(directory, List.of(gpu), cpu);
    assertThatThrownBy(() -> get(ask(ON_GPU))).hasCauseInstanceOf(InferenceFailure.NoNode.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_node_on_its_way_is_waited_for_if_it_is_allowed(boolean allowed) {
    Directories.showMoving(directory, allowed ? gpu : cpu, bareGpu);
    CompletionStage<InferenceAnswer> answer = ask(ON_GPU);
    if (allowed) {
      room.expectMessageClass(WaitingRoom.Enter.class);
    } else {
      assertThatThrownBy(() -> get(answer))
          .hasCauseInstanceOf(InferenceFailure.ModelNotFound.class);
    }
  }
}
