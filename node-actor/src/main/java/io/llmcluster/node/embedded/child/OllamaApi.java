package io.llmcluster.node.embedded.child;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.json.GoJson;
import java.io.IOException;

/** The routes of Ollama's API that make sense for one model. */
final class OllamaApi implements HttpServer.Handler {
  private static final String VERSION = "0.17.4";
  private static final String JSON = "application/json; charset=utf-8";

  private final ModelCard card;
  private final Generation generation;

  OllamaApi(ModelCard card, Generator generator, int parallel) {
    this.card = card;
    this.generation = new Generation(card, generator, parallel);
  }

  @Override
  public void handle(HttpCall call, HttpReply reply) throws IOException {
    try {
      route(call, reply);
    } catch (ApiError e) {
      fail(reply, e.status(), e.text());
    } catch (RuntimeException e) {
      System.err.println("request failed: " + e);
      fail(reply, 500, "model runner has failed: " + e.getMessage());
    }
  }

  private void route(HttpCall call, HttpReply reply) throws IOException, ApiError {
    switch (call.path()) {
      case "/" -> {
        if (allowed(call, reply, "GET, HEAD")) {
          reply.send(200, "text/plain; charset=utf-8", "Ollama is running", "");
        }
      }
      case "/api/version" ->
          get(call, reply, "GET, HEAD", OllamaJson.object().put("version", VERSION));
      case "/api/tags" -> get(call, reply, "GET, HEAD", card.tags());
      case "/api/ps" -> get(call, reply, "GET", card.ps());
      case "/api/show", "/api/embed", "/api/embeddings", "/api/generate", "/api/chat" -> {
        if (allowed(call, reply, "POST")) {
          post(call, reply);
        }
      }
      default -> reply.send(404, "text/plain", "404 page not found", "");
    }
  }

  private void post(HttpCall call, HttpReply reply) throws IOException, ApiError {
    ObjectNode body = OllamaJson.read(call.body());
    switch (call.path()) {
      case "/api/show" -> {
        JsonNode old = body.path("name");
        String model = old.isTextual() ? old.textValue() : OllamaJson.text(body, "model");
        requireModel(model, "model '" + model + "' not found");
        reply.send(200, JSON, GoJson.text(card.show()), "");
      }
      case "/api/generate" -> generation.run(body, false, reply);
      case "/api/chat" -> generation.run(body, true, reply);
      default -> {
        String model = OllamaJson.text(body, "model");
        requireModel(model, "model \"" + model + "\" not found, try pulling it first");
        throw new ApiError(400, "\"" + model + "\" does not support embeddings");
      }
    }
  }

  private void requireModel(String model, String otherwise) throws ApiError {
    if (model.isBlank()) {
      throw new ApiError(400, "model is required");
    }
    if (!card.is(model)) {
      throw new ApiError(404, otherwise);
    }
  }

  private static void get(HttpCall call, HttpReply reply, String methods, ObjectNode answer)
      throws IOException {
    if (allowed(call, reply, methods)) {
      reply.send(200, JSON, GoJson.text(answer), "");
    }
  }

  private static boolean allowed(HttpCall call, HttpReply reply, String methods)
      throws IOException {
    if (methods.contains(call.method())) {
      return true;
    }
    reply.send(405, "text/plain", "405 method not allowed", "Allow: " + methods + "\r\n");
    return false;
  }

  private static void fail(HttpReply reply, int status, String text) throws IOException {
    if (reply.streaming()) {
      reply.line(OllamaJson.error(text));
      reply.end();
    } else {
      reply.send(status, JSON, OllamaJson.error(text), "");
    }
  }
}
