package io.llmcluster.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.inference.InferenceAnswer;
import io.llmcluster.core.inference.InferenceCall;
import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.core.inference.PlacementListener;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.server.GatewayServer;
import io.llmcluster.gateway.server.Router;
import io.llmcluster.gateway.testkit.Await;
import io.llmcluster.gateway.testkit.SmallGateway;
import io.llmcluster.gateway.wire.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole answers that are larger than what sockets hold, on a real port. */
class LargeAnswersTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  /** More than the buffers of both ends of a connection. */
  private static final ByteString BODY =
      ByteString.fromString("\"" + "x".repeat(32 * 1024 * 1024) + "\"");

  private final AtomicInteger held = new AtomicInteger();
  private ServerBinding binding = bind(Duration.ofSeconds(30));

  private ServerBinding bind(Duration writeTimeout) {
    GatewaySettings settings = SmallGateway.writing(writeTimeout);
    Relay relay =
        new Relay(new Answering(), settings, SystemMaterializer.get(KIT.system()).materializer());
    Router router =
        new Router()
            .at(
                HttpMethods.GET,
                "/",
                exchange ->
                    relay.ask(
                        exchange,
                        Endpoint.EMBED,
                        new InferenceRequest(
                            "id", Operation.EMBED, "m", false, ByteString.emptyByteString())));
    return Await.the(new GatewayServer(settings, router).bind(KIT.system()));
  }

  /** Counts the answers whose memory was not given back. */
  private final class Answering implements Inference {

    @Override
    public InferenceCall ask(InferenceRequest request, PlacementListener listener) {
      held.incrementAndGet();
      return new InferenceCall() {
        @Override
        public CompletionStage<InferenceAnswer> answer() {
          return CompletableFuture.completedStage(
              new InferenceAnswer.Whole("n", 200, "application/json", BODY, held::decrementAndGet));
        }

        @Override
        public void cancel() {}
      };
    }
  }

  @AfterEach
  void close() {
    Await.the(binding.terminate(Duration.ofSeconds(1)));
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void one_that_was_read_is_complete_and_held_no_longer() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + binding.localAddress().getPort() + "/");
    var answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray());
    assertThat(ByteString.fromArrayUnsafe(answer.body())).isEqualTo(BODY);
    assertThat(answer.headers().firstValue("X-Served-By")).contains("n");
    Awaitility.await().until(() -> held.get() == 0);
  }

  @Test
  void one_whose_client_leaves_is_held_no_longer() throws IOException {
    try (Socket client = ask()) {
      assertThat(client.getInputStream().read()).isPositive();
      assertThat(held).hasValue(1);
    }
    Awaitility.await().until(() -> held.get() == 0);
  }

  @Test
  void one_whose_client_does_not_read_is_given_up() throws IOException {
    Await.the(binding.terminate(Duration.ofSeconds(1)));
    binding = bind(Duration.ofMillis(200));
    try (Socket client = ask()) {
      Awaitility.await().until(() -> held.get() == 1);
      Awaitility.await().until(() -> held.get() == 0);
      assertThat(client.isClosed()).as("by its own side").isFalse();
    }
  }

  private Socket ask() throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), binding.localAddress().getPort());
    client
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    return client;
  }
}
