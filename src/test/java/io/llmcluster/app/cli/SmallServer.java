package io.llmcluster.app.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A gateway that says what it was given, one text after the other, whatever it is asked. */
final class SmallServer implements AutoCloseable {

  /** What it was sent. */
  final Queue<String> bodies = new ConcurrentLinkedQueue<>();

  private final Queue<Said> answers = new ConcurrentLinkedQueue<>();
  private final HttpServer server;

  private record Said(String text, boolean ends) {}

  SmallServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  GatewayClient client() {
    return new GatewayClient("http://127.0.0.1:" + server.getAddress().getPort());
  }

  SmallServer says(String text) {
    answers.add(new Said(text, true));
    return this;
  }

  /** Says it, and then its connection is lost. */
  SmallServer isLostAfter(String text) {
    answers.add(new Said(text, false));
    return this;
  }

  private void answer(HttpExchange exchange) throws IOException {
    bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    Said said = answers.remove();
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    body.write(said.text().getBytes(StandardCharsets.UTF_8));
    body.flush();
    if (said.ends()) {
      body.close();
    } else {
      throw new IOException("lost"); // the server closes the connection
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
