package io.llmcluster.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.gateway.server.Cancellation;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity.ChunkStreamPart;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RelayedBodyTest {

  private static final ActorSystem SYSTEM = ActorSystem.create("RelayedBodyTest");

  private final Cancellation client = new Cancellation();

  /** Both sides of an answer. */
  private record Relayed(
      TestPublisher.Probe<ByteString> node, TestSubscriber.Probe<ChunkStreamPart> reader) {}

  @AfterAll
  static void stop() {
    TestKit.shutdownActorSystem(SYSTEM);
  }

  private Relayed relay(Duration writeTimeout) {
    var both =
        TestSource.<ByteString>create(SYSTEM)
            .via(
                new RelayedBody(
                    client,
                    writeTimeout,
                    failure -> ByteString.fromString("error: " + failure.getMessage())))
            .toMat(TestSink.create(SYSTEM), Keep.both())
            .run(SYSTEM);
    return new Relayed(both.first(), both.second());
  }

  @Test
  void pieces_pass_as_they_are_and_an_empty_one_is_no_last_chunk() {
    Relayed relayed = relay(Duration.ofMinutes(1));
    relayed.reader().request(2);
    relayed.node().sendNext(ByteString.fromString("a")).sendNext(ByteString.emptyByteString());
    relayed.node().sendNext(ByteString.fromString("b")).sendComplete();
    assertThat(relayed.reader().expectNext().data().utf8String()).isEqualTo("a");
    assertThat(relayed.reader().expectNext().data().utf8String()).isEqualTo("b");
    relayed.reader().expectComplete();
  }

  @Test
  void a_failure_is_the_last_line_even_when_it_has_to_wait_for_the_reader() {
    Relayed relayed = relay(Duration.ofMinutes(1));
    relayed.node().sendError(new IllegalStateException("lost"));
    assertThat(relayed.reader().requestNext().data().utf8String()).isEqualTo("error: lost");
    relayed.reader().expectComplete();
  }

  @Test
  void a_client_that_goes_frees_the_node() {
    Relayed relayed = relay(Duration.ofMinutes(1));
    relayed.reader().request(1);
    client.cancel();
    relayed.node().expectCancellation();
  }

  @Test
  void a_client_that_does_not_read_is_given_up() {
    Relayed relayed = relay(Duration.ofMillis(50));
    relayed.reader().request(1);
    relayed.node().sendNext(ByteString.fromString("a")).sendNext(ByteString.fromString("b"));
    relayed.reader().expectNext();
    assertThat(relayed.reader().expectError()).isInstanceOf(TimeoutException.class);
    relayed.node().expectCancellation();
  }
}
