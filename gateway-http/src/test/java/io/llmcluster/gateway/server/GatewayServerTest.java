package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.testkit.SmallGateway;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.Test;

class GatewayServerTest {

  private static final GatewaySettings SETTINGS = SmallGateway.listing();

  private static HttpResponse answer(Handler handler) {
    Router router = new Router();
    router.at(HttpMethods.GET, "/x", handler);
    return new GatewayServer(SETTINGS, router)
        .handle(HttpRequest.GET("/x"), new Cancellation())
        .toCompletableFuture()
        .join();
  }

  @Test
  void what_a_handler_lets_pass_is_answered_as_any_other_failure() {
    InferenceFailure outage = new InferenceFailure.NoNode("no node can be reached");
    assertThat(answer(exchange -> CompletableFuture.failedStage(outage)).status().intValue())
        .isEqualTo(503);
    HttpResponse thrown =
        answer(
            exchange -> {
              throw outage;
            });
    assertThat(thrown.status().intValue()).isEqualTo(503);
    assertThat(thrown.getHeader("Retry-After")).isPresent();
  }
}
