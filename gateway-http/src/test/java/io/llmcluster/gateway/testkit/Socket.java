package io.llmcluster.gateway.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of a WebSocket whose messages are JSON. */
public final class Socket implements WebSocket.Listener {

  private final BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();

  private Socket() {}

  public static Socket open(HttpClient http, URI base, String path) {
    Socket listener = new Socket();
    URI uri = URI.create("ws://" + base.getAuthority() + path);
    listener.socket.complete(Await.the(http.newWebSocketBuilder().buildAsync(uri, listener)));
    return listener;
  }

  public void send(String message) {
    Await.the(Await.the(socket).sendText(message, true));
  }

  public JsonNode next() {
    try {
      JsonNode next = heard.poll(60, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no message");
      }
      return next;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** The next message of that type; others are passed over. */
  public JsonNode until(String type) {
    JsonNode next = next();
    while (!next.path("type").asText().equals(type)) {
      next = next();
    }
    return next;
  }

  public void close() {
    Await.the(socket).sendClose(WebSocket.NORMAL_CLOSURE, "");
  }

  public void awaitClosed() {
    Await.the(closed);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      try {
        heard.add(Client.JSON.readTree(text.toString()));
      } catch (JsonProcessingException failure) {
        heard.add(Client.JSON.getNodeFactory().textNode(text.toString()));
      }
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    closed.complete("closed");
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable failure) {
    closed.complete("failed: " + failure);
  }
}
