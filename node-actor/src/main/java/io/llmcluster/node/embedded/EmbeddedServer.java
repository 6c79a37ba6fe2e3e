package io.llmcluster.node.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A miniature Ollama on loopback around one model: the main class of the child process. */
public final class EmbeddedServer {
  private static final int MAX_BODY = 4 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Generator generator;

  private EmbeddedServer(String name, Generator generator) {
    this.name = name;
    this.generator = generator;
  }

  /** Serves until stdin closes. Arguments: file, model name, context, threads, parallel. */
  public static void main(String[] args) throws IOException {
    int parallel = Integer.parseInt(args[4]);
    Generator model =
        new LlamaGenerator(
            Path.of(args[0]), Integer.parseInt(args[2]), Integer.parseInt(args[3]), parallel);
    HttpServer server = start(args[1], model, parallel);
    System.out.println("READY " + server.getAddress().getPort());
    while (System.in.read() >= 0) {} // the parent holds the other end
    Runtime.getRuntime().halt(0); // native threads would keep the process alive
  }

  /** Listens on a free port of 127.0.0.1; {@code parallel} requests run, 64 more wait. */
  static HttpServer start(String name, Generator generator, int parallel) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(
        new ThreadPoolExecutor(
            parallel, parallel, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(64)));
    server.createContext("/", new EmbeddedServer(name, generator)::handle);
    server.start();
    return server;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/" -> send(exchange, 200, "text/plain; charset=utf-8", "Ollama is running");
        case "/api/version" ->
            json(exchange, 200, JSON.createObjectNode().put("version", "0.17.4"));
        case "/api/tags", "/api/ps" -> json(exchange, 200, models());
        case "/api/generate" -> infer(exchange, false);
        case "/api/chat" -> infer(exchange, true);
        default -> send(exchange, 404, "text/plain", "404 page not found");
      }
    }
  }

  private ObjectNode models() {
    ObjectNode root = JSON.createObjectNode();
    root.putArray("models").addObject().put("name", name).put("model", name);
    return root;
  }

  private void infer(HttpExchange exchange, boolean chat) throws IOException {
    long start = System.nanoTime();
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
    if (body.length > MAX_BODY) {
      error(exchange, 413, "request body too large");
      return;
    }
    JsonNode request;
    try {
      request = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      error(exchange, 400, "unexpected EOF");
      return;
    }
    String model = request.path("model").asText();
    if (!model.equalsIgnoreCase(name)) {
      error(exchange, 404, "model '" + model + "' not found");
      return;
    }
    boolean stream = request.path("stream").asBoolean(true);
    StringBuilder whole = new StringBuilder();
    OutputStream[] out = new OutputStream[1];
    try {
      Generator.Result result =
          generator.generate(
              prompt(request, chat),
              options(request.path("options")),
              () -> false,
              piece -> {
                if (stream) {
                  line(exchange, out, answer(model, chat, piece).put("done", false));
                } else {
                  whole.append(piece);
                }
              });
      ObjectNode last = answer(model, chat, whole.toString());
      last.put("done", true).put("done_reason", result.reason());
      last.put("total_duration", System.nanoTime() - start);
      last.put("prompt_eval_count", result.promptTokens());
      last.put("prompt_eval_duration", result.promptNanos());
      last.put("eval_count", result.evalTokens()).put("eval_duration", result.evalNanos());
      if (stream) {
        line(exchange, out, last);
      } else {
        json(exchange, 200, last);
      }
    } catch (IllegalArgumentException e) {
      error(exchange, 400, String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw e.getCause(); // the client left; the generator has given its slot back
    }
  }

  private String prompt(JsonNode request, boolean chat) {
    List<Generator.Message> messages = new ArrayList<>();
    if (chat) {
      for (JsonNode m : request.path("messages")) {
        messages.add(new Generator.Message(m.path("role").asText(), m.path("content").asText()));
      }
    } else if (request.path("raw").asBoolean()) {
      return request.path("prompt").asText();
    } else {
      if (request.hasNonNull("system")) {
        messages.add(new Generator.Message("system", request.path("system").asText()));
      }
      messages.add(new Generator.Message("user", request.path("prompt").asText()));
    }
    return generator.template(messages);
  }

  private static Generator.Options options(JsonNode o) {
    List<String> stop = new ArrayList<>();
    o.path("stop").forEach(s -> stop.add(s.asText()));
    return new Generator.Options(
        o.path("num_predict").asInt(-1),
        (float) o.path("temperature").asDouble(0.8),
        o.path("top_k").asInt(40),
        (float) o.path("top_p").asDouble(0.9),
        o.path("seed").asInt(-1),
        stop);
  }

  private static ObjectNode answer(String model, boolean chat, String piece) {
    ObjectNode node = JSON.createObjectNode().put("model", model);
    node.put("created_at", Instant.now().toString());
    if (chat) {
      node.putObject("message").put("role", "assistant").put("content", piece);
    } else {
      node.put("response", piece);
    }
    return node;
  }

  private static void line(HttpExchange exchange, OutputStream[] out, ObjectNode node) {
    try {
      if (out[0]
          == null) { // headers go with the first line, so that errors before it have a status
        exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
        exchange.sendResponseHeaders(200, 0);
        out[0] = exchange.getResponseBody();
      }
      out[0].write((node + "\n").getBytes(StandardCharsets.UTF_8));
      out[0].flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void error(HttpExchange exchange, int status, String text) throws IOException {
    json(exchange, status, JSON.createObjectNode().put("error", text));
  }

  private static void json(HttpExchange exchange, int status, ObjectNode node) throws IOException {
    send(exchange, status, "application/json; charset=utf-8", node.toString());
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
