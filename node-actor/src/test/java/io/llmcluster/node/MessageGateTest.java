package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Room for two messages of 4 MB, and no third. */
class MessageGateTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  private static final int LARGE = 4_000_000;

  private final MessageBudget budget = new MessageBudget(2 * LARGE);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static ByteString message(int length) {
    return ByteString.fromArray(ByteBuffer.allocate(length + 5).putInt(1, length).array());
  }

  private CompletableFuture<ByteString> receive(MessageBudget.Share share, ByteString... pieces) {
    return Source.from(List.of(pieces))
        .via(new MessageGate(budget, share))
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

  @Test
  void a_message_for_which_there_can_never_be_room_is_refused() {
    assertThatThrownBy(() -> receive(budget.share(), message(2 * LARGE + 1)).join())
        .hasMessageContaining("request is too large for this node (at most 8000000 bytes)");
  }

  @Test
  void who_leaves_while_waiting_takes_no_room() {
    MessageBudget.Share first = budget.share();
    receive(first, message(2 * LARGE)).join();
    MessageBudget.Share leaving = budget.share();
    CompletableFuture<ByteString> left =
        Source.single(message(2 * LARGE))
            .concat(Source.failed(new IllegalStateException("left")))
            .via(new MessageGate(budget, leaving))
            .runWith(Sink.head(), KIT.system())
            .toCompletableFuture();
    assertThatThrownBy(left::join).hasMessageContaining("left");
    CompletableFuture<ByteString> next = receive(budget.share(), message(2 * LARGE));
    first.release();
    assertThat(next.join()).isEqualTo(message(2 * LARGE));
  }
}
