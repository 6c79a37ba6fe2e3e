package io.llmcluster.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.grpc.Status;
import io.llmcluster.core.directory.Directories;
import io.llmcluster.core.directory.Directory;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.queue.WaitingRoom;
import io.llmcluster.core.stream.ByteBudget;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.grpc.GrpcServiceException;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterInferenceTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private final Directory directory = new Directory();
  private final FakeNode nodes = new FakeNode();
  private final TestProbe<SlotCommand> slots = KIT.createTestProbe();
  private final TestProbe<WaitingRoom.Command> room = KIT.createTestProbe();
  private final Materializer materializer = Materializer.createMaterializer(KIT.system());
  private ClusterInference inference;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  /** Nodes are asked in the order of their names. */
  @BeforeEach
  void twoNodes() {
    Directories.show(
        directory,
        Directories.node("n1", 1, "here", slots.ref()),
        Directories.node("n2", 2, "here", slots.ref()));
    inference =
        TestInference.of(
            KIT,
            directory,
            nodes,
            room,
            (candidates, salt) -> candidates,
            ByteBudget.ofThisProcess());
    nodes.answers.put("n2", request -> answer("two"));
  }

  private static Source<InferReply, NotUsed> answer(String text) {
    return Source.from(List.of(FakeNode.head(200), FakeNode.chunk(text)));
  }

  private InferenceCall ask(String model) {
    return inference.ask(
        new InferenceRequest("id", Operation.CHAT, model, true, ByteString.emptyByteString()));
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(3, TimeUnit.SECONDS).join();
  }

  private static Source<ByteString, NotUsed> bodyOf(InferenceAnswer answer) {
    return ((InferenceAnswer.Streamed) answer).body();
  }

  private CompletionStage<String> text(InferenceAnswer answer) {
    return bodyOf(answer)
        .runWith(Sink.fold("", (text, bytes) -> text + bytes.utf8String()), materializer);
  }

  @Test
  void a_node_that_cannot_be_reached_is_passed_over() {
    nodes.answers.put("n1", request -> FakeNode.failing(Status.UNAVAILABLE));
    InferenceAnswer answer = get(ask("m").answer());
    assertThat(answer.node()).isEqualTo("n2");
    assertThat(get(text(answer))).isEqualTo("two");
    assertThat(nodes.asked).containsExactly("n1", "n2");
    await().until(() -> inference.underWay() == 0);
  }

  @Test
  void the_failure_of_a_node_is_not_that_of_another_one_that_started_at_the_same_time() {
    Directories.show(
        directory,
        Directories.node("n1", 7, "here", slots.ref()),
        Directories.node("n2", 7, "here", slots.ref()));
    nodes.answers.put("n1", request -> FakeNode.failing(Status.UNAVAILABLE));
    assertThat(get(ask("m").answer()).node()).isEqualTo("n2");
  }

  /** gRPC itself says so of a message that is too large; the node is not full then. */
  @Test
  void an_exhausted_resource_that_is_no_slot_is_a_failure() {
    for (String node : List.of("n1", "n2")) {
      nodes.answers.put(node, request -> FakeNode.failing(Status.RESOURCE_EXHAUSTED));
    }
    assertThatThrownBy(() -> get(ask("m").answer()))
        .hasCauseInstanceOf(InferenceFailure.NodeFailed.class);
    assertThat(nodes.asked).containsExactly("n1", "n2");
  }

  @Test
  void a_node_that_breaks_before_its_first_byte_is_passed_over() {
    nodes.answers.put("n1", request -> FakeNode.failing(Status.ABORTED));
    assertThat(get(ask("m").answer()).node()).isEqualTo("n2");
  }

  @Test
  void a_server_error_is_bettered_by_another_node() {
    nodes.answers.put("n1", request -> Source.single(FakeNode.head(500)));
    assertThat(get(ask("m").answer()).node()).isEqualTo("n2");
  }

  /** Beyond the three attempts that the settings allow. */
  @ParameterizedTest
  @ValueSource(ints = {404, 429, 501, 503})
  void a_node_that_began_nothing_costs_no_attempt(int status) {
    fiveNodes(status);
    nodes.answers.put("n5", request -> answer("five"));
    assertThat(get(ask("m").answer()).node()).isEqualTo("n5");
  }

  /** The request may be what kills them. */
  @Test
  void a_member_that_is_lost_in_the_middle_costs_an_attempt_and_one_that_refuses_does_not() {
    fiveNodes(200);
    for (String node : List.of("n1", "n2", "n3", "n4")) {
      nodes.answers.put(node, request -> FakeNode.failing(CallStatus.unavailable("draining")));
    }
    assertThat(get(ask("m").answer()).node()).isEqualTo("n5");
    nodes.asked.clear();
    for (String node : List.of("n1", "n2", "n3", "n4")) {
      nodes.answers.put(node, request -> FakeNode.failing(Status.UNAVAILABLE));
    }
    assertThatThrownBy(() -> get(ask("m").answer()))
        .hasCauseInstanceOf(InferenceFailure.NodeFailed.class);
    assertThat(nodes.asked).containsExactly("n1", "n2", "n3");
  }

  @Test
  void a_node_that_failed_at_it_costs_an_attempt() {
    fiveNodes(500);
    assertThat(get(ask("m").answer()).status()).isEqualTo(500);
    assertThat(nodes.asked).containsExactly("n1", "n2", "n3");
  }

  private void fiveNodes(int status) {
    NodeEntry[] five = new NodeEntry[5];
    for (int i = 0; i < five.length; i++) {
      five[i] = Directories.node("n" + (i + 1), i + 1, "here", slots.ref());
      nodes.answers.put("n" + (i + 1), request -> Source.single(FakeNode.head(status)));
    }
    Directories.show(directory, five);
  }

  @Test
  void a_bad_request_is_bad_on_every_node() {
    nodes.answers.put("n1", request -> Source.single(FakeNode.head(400)));
    assertThat(get(ask("m").answer()).status()).isEqualTo(400);
    assertThat(nodes.asked).containsExactly("n1");
  }

  @Test
  void after_the_first_byte_no_other_node_is_asked() {
    CompletableFuture<InferReply> rest = new CompletableFuture<>();
    nodes.answers.put(
        "n1", request -> Source.single(FakeNode.head(200)).concat(Source.completionStage(rest)));
    InferenceAnswer answer = get(ask("m").answer());
    assertThat(answer.node()).isEqualTo("n1");
    rest.completeExceptionally(new GrpcServiceException(Status.ABORTED));
    assertThatThrownBy(() -> get(text(answer)))
        .hasCauseInstanceOf(InferenceFailure.NodeFailed.class);
    assertThat(nodes.asked).containsExactly("n1");
  }

  @Test
  void when_all_break_the_last_failure_is_told() {
    nodes.answers.put("n1", request -> FakeNode.failing(Status.ABORTED));
    nodes.answers.put(
        "n2", request -> FakeNode.failing(Status.ABORTED.withDescription("it broke off")));
    assertThatThrownBy(() -> get(ask("m").answer()))
        .hasCauseInstanceOf(InferenceFailure.NodeFailed.class)
        .hasMessageContaining("it broke off");
  }

  @Test
  void when_all_are_full_the_request_waits_for_a_slot_and_names_it() {
    nodes.answers.put("n1", request -> FakeNode.failing(CallStatus.FULL));
    nodes.answers.put(
        "n2",
        request -> request.getSlot() == 77 ? answer("slot") : FakeNode.failing(CallStatus.FULL));
    CompletionStage<InferenceAnswer> answer = ask("m").answer();
    WaitingRoom.Enter enter = room.expectMessageClass(WaitingRoom.Enter.class);
    assertThat(inference.waiting()).isEqualTo(1);
    enter
        .request()
        .slot()
        .complete(new WaitingRoom.GrantedSlot(directory.view().node("n2").orElseThrow(), 77));
    assertThat(get(text(get(answer)))).isEqualTo("slot");
    assertThat(inference.waiting()).isZero();
  }

  private CompletableFuture<WaitingRoom.GrantedSlot> waitingAtFullNodes() {
    Directories.show(directory, Directories.node("n1", 1, "here", slots.ref()));
    ask("m");
    return room.expectMessageClass(WaitingRoom.Enter.class).request().slot();
  }

  @Test
  void what_a_granted_slot_leads_to_runs_not_on_the_thread_of_the_waiting_room() throws Exception {
    nodes.answers.put("n1", request -> FakeNode.failing(CallStatus.FULL));
    CompletableFuture<WaitingRoom.GrantedSlot> slot = waitingAtFullNodes();
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    nodes.answers.put(
        "n1",
        request -> {
          thread.complete(Thread.currentThread());
          return answer("one");
        });
    slot.complete(new WaitingRoom.GrantedSlot(directory.view().node("n1").orElseThrow(), 1));
    assertThat(get(thread)).isNotEqualTo(Thread.currentThread());
  }

  @Test
  void a_call_that_cannot_even_be_made_is_a_failed_call() {
    nodes.answers.put(
        "n1",
        request -> {
          throw new IllegalStateException("no such host");
        });
    assertThat(get(ask("m").answer()).node()).isEqualTo("n2");
    await().until(() -> inference.underWay() == 0);
  }

  /** Ten are allowed; those that wait for a slot count only once they have it. */
  @Test
  void no_more_than_the_bound_are_under_way() {
    nodes.answers.put("n1", request -> FakeNode.failing(CallStatus.FULL));
    nodes.answers.put("n2", request -> FakeNode.failing(CallStatus.FULL));
    List<CompletionStage<InferenceAnswer>> answers = new ArrayList<>();
    List<WaitingRoom.Enter> waiting = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      answers.add(ask("m").answer());
      waiting.add(room.expectMessageClass(WaitingRoom.Enter.class));
    }
    nodes.answers.put("n2", request -> Source.never());
    NodeEntry n2 = directory.view().node("n2").orElseThrow();
    for (WaitingRoom.Enter entered : waiting) {
      entered.request().slot().complete(new WaitingRoom.GrantedSlot(n2, waiting.indexOf(entered)));
    }
    slots.expectMessageClass(SlotCommand.GiveBack.class);
    await().until(() -> inference.underWay() == 10);
    assertThat(answers).filteredOn(answer -> answer.toCompletableFuture().isDone()).hasSize(1);
    assertThatThrownBy(() -> get(ask("m").answer()))
        .hasCauseInstanceOf(InferenceFailure.Overloaded.class);
  }

  @Test
  void cancelling_before_the_first_byte_cancels_the_call_on_the_node() {
    CompletableFuture<Object> cancelled = new CompletableFuture<>();
    nodes.answers.put(
        "n1",
        request ->
            Source.<InferReply>never()
                .watchTermination(
                    (mat, done) -> {
                      done.whenComplete((d, failure) -> cancelled.complete("cancelled"));
                      return NotUsed.getInstance();
                    }));
    InferenceCall call = ask("m");
    await().until(() -> inference.underWay() == 1);
    call.cancel();
    assertThat(get(cancelled)).isEqualTo("cancelled");
    assertThatThrownBy(() -> get(call.answer()))
        .hasCauseInstanceOf(InferenceFailure.Cancelled.class);
    await().until(() -> inference.underWay() == 0);
    assertThat(nodes.asked).containsExactly("n1");
  }

  /** What a request's listener heard, in its order. */
  private static final class Heard implements PlacementListener {
    final List<String> words = new CopyOnWriteArrayList<>();

    @Override
    public void placed() {
      words.add("placed");
    }

    @Override
    public void displaced() {
      words.add("displaced");
    }
  }

  private InferenceCall ask(PlacementListener listener) {
    return inference.ask(
        new InferenceRequest("id", Operation.CHAT, "m", true, ByteString.emptyByteString()),
        listener);
  }

  @Test
  void a_listener_hears_of_the_node_before_it_says_anything() {
    nodes.answers.put("n1", request -> Source.never());
    Heard heard = new Heard();
    InferenceCall call = ask(heard);
    assertThat(heard.words).containsExactly("placed");
    call.cancel();
    await().until(() -> inference.underWay() == 0);
  }

  @Test
  void a_listener_hears_that_a_request_waits_and_that_it_has_a_slot() {
    nodes.answers.put("n1", request -> FakeNode.failing(CallStatus.FULL));
    nodes.answers.put("n2", request -> FakeNode.failing(CallStatus.FULL));
    Heard heard = new Heard();
    InferenceCall call = ask(heard);
    WaitingRoom.Enter enter = room.expectMessageClass(WaitingRoom.Enter.class);
    assertThat(heard.words).containsExactly("placed", "displaced", "placed", "displaced");
    nodes.answers.put("n2", request -> answer("two"));
    NodeEntry n2 = directory.view().node("n2").orElseThrow();
    enter.request().slot().complete(new WaitingRoom.GrantedSlot(n2, 1));
    get(text(get(call.answer())));
    assertThat(heard.words).hasSize(5).endsWith("placed");
  }

  @Test
  void a_listener_hears_of_a_further_node_after_one_that_broke_or_answered_of_no_use() {
    for (Source<InferReply, NotUsed> bad :
        List.of(FakeNode.failing(Status.ABORTED), Source.single(FakeNode.head(500)))) {
      nodes.answers.put("n1", request -> bad);
      Heard heard = new Heard();
      get(text(get(ask(heard).answer())));
      assertThat(heard.words).containsExactly("placed", "displaced", "placed");
    }
  }

  @Test
  void cancelling_the_body_cancels_the_call_on_the_node() {
    CompletableFuture<Object> cancelled = new CompletableFuture<>();
    nodes.answers.put(
        "n1",
        request ->
            Source.single(FakeNode.head(200))
                .concat(Source.never())
                .watchTermination(
                    (mat, done) -> {
                      done.whenComplete((d, failure) -> cancelled.complete("cancelled"));
                      return NotUsed.getInstance();
                    }));
    bodyOf(get(ask("m").answer())).runWith(Sink.cancelled(), materializer);
    assertThat(get(cancelled)).isEqualTo("cancelled");
  }

  @Test
  void cancelling_while_it_waits_leaves_the_waiting_room() {
    nodes.answers.put("n1", request -> FakeNode.failing(CallStatus.FULL));
    nodes.answers.put("n2", request -> FakeNode.failing(CallStatus.FULL));
    InferenceCall call = ask("m");
    WaitingRoom.Enter enter = room.expectMessageClass(WaitingRoom.Enter.class);
    call.cancel();
    room.expectMessage(new WaitingRoom.Leave(enter.id()));
  }

  @Test
  void a_model_that_no_node_has_is_not_found_and_without_nodes_it_is_an_outage() {
    assertThatThrownBy(() -> get(ask("unheard-of").answer()))
        .hasCauseInstanceOf(InferenceFailure.ModelNotFound.class);
    Directories.show(directory);
    assertThatThrownBy(() -> get(ask("unheard-of").answer()))
        .hasCauseInstanceOf(InferenceFailure.NoNode.class);
  }

  /** Another node is well, but does not have the model. */
  @Test
  void a_model_whose_only_node_moves_is_waited_for() {
    NodeEntry moving = Directories.node("n1", 1, "here", slots.ref());
    NodeEntry other = Directories.nodeWithout("n2", 2, "here", slots.ref());
    Directories.showMoving(directory, moving, other);
    CompletionStage<InferenceAnswer> answer = ask("m").answer();
    WaitingRoom.Enter enter = room.expectMessageClass(WaitingRoom.Enter.class);
    Directories.show(directory, moving, other);
    nodes.answers.put("n1", request -> answer("one"));
    enter.request().slot().complete(new WaitingRoom.GrantedSlot(moving, 1));
    assertThat(get(answer).node()).isEqualTo("n1");
    assertThatThrownBy(() -> get(ask("unheard-of").answer()))
        .hasCauseInstanceOf(InferenceFailure.ModelNotFound.class);
  }

  /** A large request may find no room at a node that has a slot. */
  @Test
  void a_node_that_is_full_in_spite_of_a_slot_gets_the_slot_back_and_is_waited_for_again() {
    nodes.answers.put("n1", request -> FakeNode.failing(CallStatus.FULL));
    CompletableFuture<WaitingRoom.GrantedSlot> slot = waitingAtFullNodes();
    slot.complete(new WaitingRoom.GrantedSlot(directory.view().node("n1").orElseThrow(), 9));
    slots.expectMessage(new SlotCommand.GiveBack(9));
    room.expectMessageClass(WaitingRoom.Enter.class);
  }

  private record Asked(InferenceCall call, WeakReference<ByteString> body) {}

  private Asked askWithBody() {
    ByteString body = ByteString.fromArray(new byte[1_000_000]);
    InferenceCall call = inference.ask(new InferenceRequest("id", Operation.CHAT, "m", true, body));
    return new Asked(call, new WeakReference<>(body));
  }

  /** Whoever asked keeps the call, to cancel it. */
  @Test
  void a_request_s_body_is_not_held_once_there_is_an_answer() {
    nodes.answers.put("n1", request -> Source.single(FakeNode.head(200)).concat(Source.never()));
    Asked asked = askWithBody();
    InferenceAnswer answer = get(asked.call().answer());
    await()
        .until(
            () -> {
              System.gc();
              return asked.body().get() == null;
            });
    bodyOf(answer).runWith(Sink.cancelled(), materializer);
    asked.call().cancel();
  }
}
