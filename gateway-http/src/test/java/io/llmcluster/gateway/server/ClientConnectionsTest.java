package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.gateway.GatewaySettings;
import io.llmcluster.gateway.testkit.Await;
import io.llmcluster.gateway.testkit.SmallGateway;
import io.llmcluster.gateway.wire.WireException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real port, and clients that write bytes to it. */
class ClientConnectionsTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.load()));
  private static final int CONNECTIONS = 2;

  /** Long enough for whatever arrives at all. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final AtomicInteger pings = new AtomicInteger();
  private final CompletableFuture<ByteString> body = new CompletableFuture<>();
  private final List<Socket> sockets = new ArrayList<>();
  private ServerBinding binding = bind(PATIENCE);

  private ServerBinding bind(Duration readTimeout) {
    GatewaySettings settings = SmallGateway.with(readTimeout, CONNECTIONS);
    RequestBody bodies =
        new RequestBody(settings, SystemMaterializer.get(KIT.system()).materializer());
    Router router =
        new Router()
            .at(
                HttpMethods.POST,
                "/read",
                exchange ->
                    bodies
                        .read(exchange)
                        .whenComplete(
                            (read, failure) -> {
                              if (failure == null) {
                                body.complete(read);
                              } else {
                                body.completeExceptionally(failure);
                              }
                            })
                        .thenApply(Replies::json))
            .at(
                HttpMethods.GET,
                "/ping",
                exchange ->
                    CompletableFuture.completedStage(
                        Replies.text("pong " + pings.incrementAndGet() + "\n")));
    return Await.the(new GatewayServer(settings, router).bind(KIT.system()));
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    Await.the(binding.terminate(Duration.ofSeconds(1)));
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), binding.localAddress().getPort());
    socket.setSoTimeout(30_000);
    sockets.add(socket);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String readToEnd(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String ping(Socket socket) throws IOException {
    send(socket, "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return readPong(socket);
  }

  private static String readPong(Socket socket) throws IOException {
    StringBuilder read = new StringBuilder();
    while (!read.toString().matches("(?s).*\r\n\r\npong \\d+\n")) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("ended after " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  @Test
  void a_body_that_stops_arriving_is_408() throws IOException {
    Await.the(binding.terminate(PATIENCE));
    binding = bind(Duration.ofMillis(200));
    Socket client = connect();
    send(client, "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{\"a");
    assertThat(readToEnd(client))
        .startsWith("HTTP/1.1 408 ")
        .endsWith("{\"error\":\"request body stopped arriving\"}");
  }

  @Test
  void a_body_that_is_cut_on_the_wire_is_never_taken_for_a_whole_one() throws IOException {
    Socket client = connect();
    send(client, "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{\"a");
    client.shutdownOutput();
    Throwable failure = Await.the(body.handle((whole, cut) -> cut));
    assertThat(Causes.of(failure))
        .isInstanceOfSatisfying(WireException.class, cut -> assertThat(cut.status()).isEqualTo(400))
        .hasMessage("unexpected EOF");
  }

  @Test
  void chunks_that_are_none_are_400() throws IOException {
    Socket client = connect();
    send(client, "POST /read HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    send(client, "2\r\n{}\r\nno size\r\n");
    assertThat(readToEnd(client))
        .startsWith("HTTP/1.1 400 ")
        .endsWith("{\"error\":\"unexpected EOF\"}");
  }

  @Test
  void further_connections_wait_until_one_closes() throws IOException {
    List<Socket> first = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      first.add(connect());
      ping(first.get(i));
    }
    Socket further = connect();
    send(further, "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n");
    int before = pings.get();
    for (int i = 1; i <= 50; i++) {
      assertThat(ping(first.get(0)))
          .as("nobody else was served")
          .endsWith("pong " + (before + i) + "\n");
    }
    first.get(1).close();
    assertThat(readPong(further)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void what_is_no_request_has_an_id_and_an_envelope() throws IOException {
    Socket client = connect();
    send(client, "GET / HTTP/1.1\r\nHost: localhost\r\nX (y): z\r\n\r\n");
    assertThat(readToEnd(client))
        .startsWith("HTTP/1.1 400 ")
        .contains("\r\nX-Request-Id: req-")
        .contains("\r\nContent-Type: application/json; charset=utf-8\r\n")
        .contains("\r\n\r\n{\"error\":\"");
  }

  @Test
  void a_method_that_nobody_knows_is_405() throws IOException {
    Socket client = connect();
    send(client, "PROPFIND /ping HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(readToEnd(client))
        .startsWith("HTTP/1.1 405 ")
        .contains("\r\nX-Request-Id: req-")
        .contains("\r\nAllow: DELETE, GET, HEAD, OPTIONS, POST, PUT\r\n")
        .endsWith("\r\n\r\n405 method not allowed");
    assertThat(pings).hasValue(0);
  }
}
