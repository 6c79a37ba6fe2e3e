package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.grpc.Status;
import io.llmcluster.core.inference.CallStatus;
import io.llmcluster.core.stream.OnEnd;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Room for two messages of 4 MB, and for one more to wait. */
class MessageGateTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private static final int LARGE = 4_000_000;

  private final MessageBudget budget = new MessageBudget(2 * LARGE, 1);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static ByteString message(int length) {
    return ByteString.fromArray(ByteBuffer.allocate(length + 5).putInt(1, length).array());
  }

  private CompletableFuture<ByteString> receive(MessageBudget.Share share, ByteString... pieces) {
    return receive(share, Source.from(List.of(pieces)), MessageGate.PATIENCE);
  }

  private CompletableFuture<ByteString> receive(
      MessageBudget.Share share, Source<ByteString, NotUsed> pieces, Duration patience) {
    return pieces
        .via(new MessageGate(budget, share, patience))
        .runFold(ByteString.emptyByteString(), ByteString::concat, KIT.system())
        .toCompletableFuture();
  }

  @Test
  void a_message_comes_in_when_there_is_room_for_it() {
    MessageBudget.Share first = budget.share();
    MessageBudget.Share second = budget.share();
    assertThat(receive(first, message(LARGE)).join()).isEqualTo(message(LARGE));
    assertThat(receive(second, message(LARGE)).join()).isEqualTo(message(LARGE));
    CompletableFuture<ByteString> waiting = receive(budget.share(), message(LARGE));
    assertThat(receive(budget.share(), message(1000)).join())
        .isEqualTo(message(1000)); // is not counted
    assertThat(waiting).isNotDone();
    first.release();
    assertThat(waiting.join()).isEqualTo(message(LARGE));
  }

  @Test
  void the_length_may_arrive_byte_by_byte() {
    ByteString whole = message(10);
    ByteString[] pieces =
        IntStream.range(0, whole.length())
            .mapToObj(i -> whole.slice(i, i + 1))
            .toArray(ByteString[]::new);
    assertThat(receive(budget.share(), pieces).join()).isEqualTo(whole);
    assertThat(receive(budget.share()).join()).isEqualTo(ByteString.emptyByteString());
  }

  private static Status statusOf(CompletableFuture<?> received) {
    return CallStatus.of(
        received.handle((bytes, failure) -> Objects.requireNonNull(failure)).join());
  }

  /** What is left unread would be lost to the connection. */
  @Test
  void a_message_for_which_there_can_never_be_room_is_refused_and_read_to_its_end() {
    CompletableFuture<Done> read = new CompletableFuture<>();
    Source<ByteString, NotUsed> message =
        Source.from(List.of(message(2 * LARGE + 1), message(1), message(2)))
            .via(
                new OnEnd<>(
                    () -> read.complete(Done.getInstance()),
                    () -> read.completeExceptionally(new IllegalStateException("not read"))));
    Status told = statusOf(receive(budget.share(), message, MessageGate.PATIENCE));
    assertThat(told.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(told.getDescription())
        .isEqualTo("request is too large for this node: 8000001 bytes (at most 8000000)");
    read.orTimeout(3, TimeUnit.SECONDS).join();
  }

  @Test
  void when_too_many_wait_the_node_is_full() {
    receive(budget.share(), message(2 * LARGE)).join();
    CompletableFuture<ByteString> waits = receive(budget.share(), message(LARGE));
    assertThat(CallStatus.isFull(statusOf(receive(budget.share(), message(LARGE))))).isTrue();
    assertThat(waits).isNotDone();
  }

  @Test
  void who_waits_too_long_is_told_that_the_node_is_full_and_takes_no_room() {
    MessageBudget.Share first = budget.share();
    receive(first, message(2 * LARGE)).join();
    CompletableFuture<ByteString> late =
        receive(budget.share(), Source.single(message(LARGE)), Duration.ofMillis(1));
    assertThat(CallStatus.isFull(statusOf(late))).isTrue();
    CompletableFuture<ByteString> next = receive(budget.share(), message(2 * LARGE));
    first.release();
    assertThat(next.join()).isEqualTo(message(2 * LARGE));
  }

  /** Nobody would have said how large the second one is. */
  @Test
  void a_second_message_is_refused() {
    assertThat(statusOf(receive(budget.share(), message(10), message(10))).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void a_compressed_message_is_refused() {
    byte[] compressed = message(10).toArray();
    compressed[0] = 1;
    assertThat(statusOf(receive(budget.share(), ByteString.fromArray(compressed))).getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void who_leaves_while_waiting_takes_no_room() {
    MessageBudget.Share first = budget.share();
    receive(first, message(2 * LARGE)).join();
    MessageBudget.Share leaving = budget.share();
    CompletableFuture<ByteString> left =
        Source.single(message(2 * LARGE))
            .concat(Source.failed(new IllegalStateException("left")))
            .via(new MessageGate(budget, leaving, MessageGate.PATIENCE))
            .runWith(Sink.head(), KIT.system())
            .toCompletableFuture();
    assertThatThrownBy(left::join).hasMessageContaining("left");
    CompletableFuture<ByteString> next = receive(budget.share(), message(2 * LARGE));
    first.release();
    assertThat(next.join()).isEqualTo(message(2 * LARGE));
  }
}
