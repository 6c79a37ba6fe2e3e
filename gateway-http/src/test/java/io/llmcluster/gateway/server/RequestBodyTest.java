package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.stream.ByteBudget;
import io.llmcluster.gateway.testkit.SmallGateway;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

  private static final ActorSystem SYSTEM = ActorSystem.create("RequestBodyTest");

  private final RequestBody bodies =
      new RequestBody(
          SmallGateway.listing(),
          new ByteBudget(10),
          SystemMaterializer.get(SYSTEM).materializer());

  @AfterAll
  static void stop() {
    TestKit.shutdownActorSystem(SYSTEM);
  }

  private static Exchange from(Cancellation client) {
    return new Exchange(HttpRequest.create(), "id", client);
  }

  @Test
  void a_body_that_came_another_way_counts_until_its_request_is_over() {
    ByteString body = ByteString.fromString("123456");
    Cancellation first = new Cancellation();
    bodies.hold(from(first), body);
    assertThatThrownBy(() -> bodies.hold(from(new Cancellation()), body))
        .isInstanceOf(InferenceFailure.Overloaded.class)
        .hasMessageContaining("too many request bodies");
    first.end();
    assertThatCode(() -> bodies.hold(from(new Cancellation()), body)).doesNotThrowAnyException();
  }
}
