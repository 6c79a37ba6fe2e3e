package io.llmcluster.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A small real server of Ollama's API that chats in the test's words: for each call that it gets,
 * the test says what it answers, at once or later.
 */
public final class ScriptedBackend implements AutoCloseable {

  private static final int PROMPT_TOKENS = 10;
  private static final int COMPLETION_TOKENS = 20;

  private final String name;
  private final List<String> models;
  private final Consumer<Asked> onAsked;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  /** A call of a step of a workflow, or of a turn of a conversation. */
  public static final class Asked {
    private final String key;
    private final JsonNode body;
    private final CompletableFuture<String> text = new CompletableFuture<>();

    private Asked(String key, JsonNode body) {
      this.key = key;
      this.body = body;
    }

    public String workflow() {
      return key.substring(0, key.indexOf('/'));
    }

    public String step() {
      return key.substring(key.indexOf('/') + 1, key.lastIndexOf('/'));
    }

    public int attempt() {
      return Integer.parseInt(key.substring(key.lastIndexOf('/') + 1));
    }

    public JsonNode body() {
      return body;
    }

    public boolean isOpen() {
      return !text.isDone();
    }

    public void answer(String words) {
      text.complete(words);
    }
  }

  private ScriptedBackend(String name, Consumer<Asked> onAsked, List<String> models)
      throws IOException {
    this.name = name;
    this.models = models;
    this.onAsked = onAsked;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Starts it on a free port.
   *
   * @param onAsked hears of each call; it may answer it
   */
  public static ScriptedBackend start(String name, Consumer<Asked> onAsked, String... models) {
    try {
      return new ScriptedBackend(name, onAsked, List.of(models));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** An entry for {@code nodes}. */
  public String node(int concurrency) {
    return "{name:"
        + name
        + ",host:\"127.0.0.1\",port:"
        + server.getAddress().getPort()
        + ",concurrency:"
        + concurrency
        + "}";
  }

  /** Every call so far. */
  public List<Asked> asked() {
    return asked;
  }

  /** Whoever asked is gone: what has no answer yet gets none. */
  public void dropOpen() {
    asked.forEach(one -> one.text.cancel(false));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = Gateway.JSON.readTree(exchange.getRequestBody());
      switch (exchange.getRequestURI().getPath()) {
        case "/api/version" -> send(exchange, 200, "{\"version\":\"0.17.4\"}");
        case "/api/tags" -> send(exchange, 200, tags());
        case "/api/ps" -> send(exchange, 200, "{\"models\":[]}");
        case "/api/show" ->
            send(
                exchange,
                200,
                "{\"modelfile\":\"\",\"details\":{},\"model_info\":{},\"capabilities\":[\"completion\"]}");
        case "/api/chat" -> chat(exchange, body);
        default -> send(exchange, 404, "404 page not found");
      }
    }
  }

  private void chat(HttpExchange exchange, JsonNode body) throws IOException {
    String key = String.valueOf(exchange.getRequestHeaders().getFirst("X-Request-Id"));
    Asked call = new Asked(key, body);
    asked.add(call);
    onAsked.accept(call);
    String words;
    try {
      words = call.text.join();
    } catch (java.util.concurrent.CancellationException dropped) {
      return;
    }
    var piece = Gateway.JSON.createObjectNode().put("model", body.path("model").asText());
    piece.put("created_at", "2026-01-02T03:04:05Z");
    piece.putObject("message").put("role", "assistant").put("content", words);
    var last = piece.deepCopy().put("done", true).put("done_reason", "stop");
    last.putObject("message").put("role", "assistant").put("content", "");
    last.put("prompt_eval_count", PROMPT_TOKENS).put("eval_count", COMPLETION_TOKENS);
    send(exchange, 200, piece.put("done", false) + "\n" + last + "\n");
  }

  private String tags() {
    var answer = Gateway.JSON.createObjectNode();
    var list = answer.putArray("models");
    for (String model : models) {
      list.addObject()
          .put("name", model)
          .put("model", model)
          .put("modified_at", "2026-01-02T03:04:05Z")
          .put("size", 7)
          .put("digest", "a".repeat(64))
          .putObject("details")
          .put("format", "gguf")
          .put("family", "llama");
    }
    return answer.toString();
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .set(
            "Content-Type",
            exchange.getRequestURI().getPath().equals("/api/chat")
                ? "application/x-ndjson"
                : "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    dropOpen();
    server.stop(0);
    threads.shutdownNow();
  }
}
