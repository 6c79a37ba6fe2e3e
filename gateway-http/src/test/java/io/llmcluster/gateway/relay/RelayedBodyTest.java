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
  private TestPublisher.Probe<ByteString> node;
  private TestSubscriber.Probe<ChunkStreamPart> reader;

  @AfterAll
  static void stop() {
    TestKit.shutdownActorSystem(SYSTEM);
  }

  private void relay(Duration writeTimeout) {
    var both =
        TestSource.<ByteString>create(SYSTEM)
            .via(
                new RelayedBody(
                    client,
                    writeTimeout,
                    failure -> ByteString.fromString("error: " + failure.getMessage())))
            .toMat(TestSink.create(SYSTEM), Keep.both())
            .run(SYSTEM);
    node = both.first();
    reader = both.second();
  }

  @Test
  void pieces_pass_as_they_are_and_an_empty_one_is_no_last_chunk() {
    relay(Duration.ofMinutes(1));
    reader.request(2);
    node.sendNext(ByteString.fromString("a")).sendNext(ByteString.emptyByteString());
    node.sendNext(ByteString.fromString("b")).sendComplete();
    assertThat(reader.expectNext().data().utf8String()).isEqualTo("a");
    assertThat(reader.expectNext().data().utf8String()).isEqualTo("b");
    reader.expectComplete();
  }

  @Test
  void a_failure_is_the_last_line_even_when_it_has_to_wait_for_the_reader() {
    relay(Duration.ofMinutes(1));
    node.sendError(new IllegalStateException("lost"));
    assertThat(reader.requestNext().data().utf8String()).isEqualTo("error: lost");
    reader.expectComplete();
  }

  @Test
  void a_client_that_goes_frees_the_node() {
    relay(Duration.ofMinutes(1));
    reader.request(1);
    client.cancel();
    node.expectCancellation();
  }

  @Test
  void a_client_that_does_not_read_is_given_up() {
    relay(Duration.ofMillis(50));
    reader.request(1);
    node.sendNext(ByteString.fromString("a")).sendNext(ByteString.fromString("b"));
    reader.expectNext();
    assertThat(reader.expectError()).isInstanceOf(TimeoutException.class);
    node.expectCancellation();
  }
}
