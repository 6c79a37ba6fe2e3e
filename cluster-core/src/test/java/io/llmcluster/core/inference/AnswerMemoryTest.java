package io.llmcluster.core.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.grpc.Status;
import io.llmcluster.core.directory.Directories;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.queue.WaitingRoom;
import io.llmcluster.core.stream.ByteBudget;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What whole answers take of the memory of a gateway, and when it is there again. */
class AnswerMemoryTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private final Directory directory = new Directory();
  private final FakeNode nodes = new FakeNode();
  private final TestProbe<SlotCommand> slots = KIT.createTestProbe();
  private final TestProbe<WaitingRoom.Command> room = KIT.createTestProbe();
  private final ByteBudget memory = new ByteBudget(10);
  private ClusterInference inference;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void twoNodes() {
    Directories.show(
        directory,
        Directories.node("n1", 1, "here", slots.ref()),
        Directories.node("n2", 2, "here", slots.ref()));
    inference =
        TestInference.of(KIT, directory, nodes, room, (candidates, salt) -> candidates, memory);
    nodes.answers.put("n1", request -> said(200, "123", "456"));
    nodes.answers.put("n2", request -> said(200, "another"));
  }

  private static Source<InferReply, NotUsed> said(int status, String... pieces) {
    return Source.single(FakeNode.head(status))
        .concat(Source.from(List.of(pieces)).map(FakeNode::chunk));
  }

  private CompletableFuture<InferenceAnswer> ask() {
    return inference
        .ask(new InferenceRequest("id", Operation.EMBED, "m", false, ByteString.emptyByteString()))
        .answer()
        .toCompletableFuture();
  }

  private InferenceAnswer.Whole answer() throws Exception {
    return (InferenceAnswer.Whole) ask().get(10, TimeUnit.SECONDS);
  }

  @Test
  void an_answer_that_finds_no_room_is_refused_and_no_other_node_is_asked_for_it()
      throws Exception {
    InferenceAnswer.Whole first = answer();
    assertThat(first.body().utf8String()).isEqualTo("123456");
    assertThat(memory.held()).isEqualTo(6);
    assertThat(ask())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(InferenceFailure.Overloaded.class)
        .withMessageContaining("too many large answers");
    assertThat(nodes.asked).containsExactly("n1", "n1");
    assertThat(memory.held()).isEqualTo(6);
    first.release().run();
    assertThat(answer().body().utf8String()).isEqualTo("123456");
  }

  @Test
  void what_a_call_took_that_broke_is_there_again() {
    nodes.answers.put(
        "n1",
        request -> said(200, "123").concat(FakeNode.failing(Status.INTERNAL.withDescription("x"))));
    nodes.answers.remove("n2");
    assertThat(ask()).failsWithin(Duration.ofSeconds(10));
    assertThat(memory.held()).isZero();
  }

  @Test
  void an_answer_that_another_node_betters_is_held_no_longer() throws Exception {
    nodes.answers.put("n1", request -> said(404, "123456"));
    assertThat(answer().node()).isEqualTo("n2");
    assertThat(memory.held()).isEqualTo("another".length());
  }
}
