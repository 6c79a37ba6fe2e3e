package io.llmcluster.node.embedded.child;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.json.GoJson;
import io.llmcluster.node.embedded.child.Generator.Options;
import io.llmcluster.node.embedded.child.Generator.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/** Runs generate and chat requests: a slot, the prompt, the pieces, the statistics. */
final class Generation {
  private static final int MAX_WAITING = 64;
  private static final String ANY_JSON = "{\"type\":\"object\"}";

  private final ModelCard card;
  private final Generator generator;
  private final Slots slots;

  Generation(ModelCard card, Generator generator, int parallel) {
    this.card = card;
    this.generator = generator;
    this.slots = new Slots(parallel, MAX_WAITING);
  }

  void run(ObjectNode body, boolean chat, HttpReply reply) throws IOException, ApiError {
    long start = System.nanoTime();
    GenerationRequest request = GenerationRequest.read(body, chat, card);
    if (request.empty()) {
      ObjectNode answer = answer(request, "").put("done", true);
      answer.put("done_reason", request.unload() ? "unload" : "load");
      reply.send(200, "application/json; charset=utf-8", GoJson.text(answer), "");
      return;
    }
    Options options =
        OptionsReader.read(request.options(), grammar(request.format()), request.whole());
    if (!slots.enter(reply::peerGone)) {
      reply.abandon();
      return;
    }
    try {
      generate(request, options, reply, start);
    } catch (UncheckedIOException e) {
      throw e.getCause(); // the caller left in mid-line; the generator has given its slot back
    } finally {
      slots.leave();
    }
  }

  private void generate(GenerationRequest request, Options options, HttpReply reply, long start)
      throws IOException, ApiError {
    long load = System.nanoTime() - start;
    StringBuilder whole = new StringBuilder();
    Result result =
        generator.generate(
            Prompts.render(request, generator),
            options,
            reply::peerGone,
            piece -> {
              if (request.stream()) {
                line(reply, answer(request, piece).put("done", false));
              } else {
                whole.append(piece);
              }
            });
    if (reply.peerGone()) {
      reply.abandon();
      return;
    }
    ObjectNode last = answer(request, whole.toString()).put("done", true);
    last.put("done_reason", result.reason());
    if (!request.chat() && !request.raw()) {
      result.context().forEach(last.putArray("context")::add);
    }
    positive(last, "total_duration", System.nanoTime() - start);
    positive(last, "load_duration", load);
    positive(last, "prompt_eval_count", result.promptTokens());
    positive(last, "prompt_eval_duration", result.promptNanos());
    positive(last, "eval_count", result.evalTokens());
    positive(last, "eval_duration", result.evalNanos());
    if (request.stream()) {
      reply.line(GoJson.text(last));
      reply.end();
    } else {
      reply.send(200, "application/json; charset=utf-8", GoJson.text(last), "");
    }
  }

  private String grammar(JsonNode format) throws ApiError {
    boolean none = format.isMissingNode() || (format.isTextual() && format.textValue().isEmpty());
    if (none) {
      return "";
    }
    if (format.isTextual() && format.textValue().equals("json")) {
      return generator.grammar(ANY_JSON);
    }
    if (!format.isObject()) {
      throw new ApiError(
          500, "invalid format: " + format + "; expected \"json\" or a valid JSON Schema object");
    }
    if (format.isEmpty()) {
      return generator.grammar(ANY_JSON);
    }
    SchemaCheck.check(format);
    return generator.grammar(format.toString());
  }

  private static ObjectNode answer(GenerationRequest request, String piece) {
    ObjectNode node = OllamaJson.object().put("model", request.model());
    node.put("created_at", Instant.now().toString());
    if (request.chat()) {
      node.putObject("message").put("role", "assistant").put("content", piece);
    } else {
      node.put("response", piece);
    }
    return node;
  }

  /** Ollama leaves zeros out. */
  private static void positive(ObjectNode node, String key, long value) {
    if (value > 0) {
      node.put(key, value);
    }
  }

  private static void line(HttpReply reply, ObjectNode node) {
    try {
      reply.line(GoJson.text(node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
