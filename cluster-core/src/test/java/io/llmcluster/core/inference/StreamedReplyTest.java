package io.llmcluster.core.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.llmcluster.core.protocol.InferReply;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class StreamedReplyTest {

  private static final ActorSystem SYSTEM = ActorSystem.create("StreamedReplyTest");
  private static final Duration LONG = Duration.ofMinutes(1);

  private final AtomicInteger ends = new AtomicInteger();

  /** A call, and its node's side. */
  private record Called(TestPublisher.Probe<InferReply> node, StreamedReply.Running running) {

    TestSubscriber.Probe<ByteString> read() {
      node.sendNext(FakeNode.head(200));
      return get(running.begun()).orElseThrow().body().runWith(TestSink.create(SYSTEM), SYSTEM);
    }
  }

  @AfterAll
  static void stop() {
    TestKit.shutdownActorSystem(SYSTEM);
  }

  private Called call(Duration unread) {
    var both =
        TestSource.<InferReply>create(SYSTEM)
            .toMat(
                Sink.fromGraph(
                    new StreamedReply(
                        failure -> new IllegalStateException("told: " + failure.getMessage()),
                        ends::incrementAndGet,
                        unread)),
                Keep.both())
            .run(SYSTEM);
    return new Called(both.first(), both.second());
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(3, TimeUnit.SECONDS).join();
  }

  private void awaitEnd() {
    await().until(() -> ends.get() == 1);
  }

  @Test
  void the_head_comes_first_and_each_piece_when_it_is_asked_for() {
    Called call = call(LONG);
    TestSubscriber.Probe<ByteString> body = call.read();
    call.node().sendNext(FakeNode.chunk("one")).sendNext(FakeNode.chunk("two")).sendComplete();
    assertThat(body.requestNext().utf8String()).isEqualTo("one");
    assertThat(body.requestNext().utf8String()).isEqualTo("two");
    body.expectComplete();
    awaitEnd();
  }

  @Test
  void an_end_before_the_head_is_no_answer() {
    Called call = call(LONG);
    call.node().sendComplete();
    assertThat(get(call.running().begun())).isEmpty();
    awaitEnd();
  }

  @Test
  void a_failure_before_the_head_is_the_nodes_own_and_one_after_it_is_told_to_the_reader() {
    Called call = call(LONG);
    call.node().sendError(new IllegalArgumentException("early"));
    assertThatThrownBy(() -> get(call.running().begun())).hasRootCauseMessage("early");
    awaitEnd();

    Called later = call(LONG);
    TestSubscriber.Probe<ByteString> body = later.read();
    later.node().sendError(new IllegalArgumentException("late"));
    assertThat(body.expectSubscriptionAndError()).hasMessage("told: late");
  }

  @Test
  void cancelling_before_the_head_and_a_reader_that_leaves_both_end_the_call() {
    Called call = call(LONG);
    call.running().cancel().run();
    call.node().expectCancellation();
    awaitEnd();

    ends.set(0);
    Called later = call(LONG);
    later.read().cancel();
    later.node().expectCancellation();
    awaitEnd();
  }

  @Test
  void a_body_that_nobody_runs_does_not_hold_its_call() {
    Called call = call(Duration.ofMillis(10));
    call.node().sendNext(FakeNode.head(200));
    call.node().expectCancellation();
    awaitEnd();
  }
}
