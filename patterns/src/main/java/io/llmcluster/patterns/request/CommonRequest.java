package io.llmcluster.patterns.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.RefusedRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of all patterns have in common: {@code prompt} or {@code messages}, {@code
 * models}, {@code options}, {@code budget}, {@code seed}.
 */
public final class CommonRequest {

  /** Messages of one request. */
  private static final int MOST_MESSAGES = 1000;

  /** Whether the cluster chose the models. */
  static final String CHOSEN = "modelsChosen";

  private static final long DAY_SECONDS = 86_400;

  private CommonRequest() {}

  /**
   * Checks and completes the common fields.
   *
   * @param voices how many models are wanted when none are named
   * @param mostModels how many may be named
   * @return a new object that holds them, to which a pattern adds its own
   */
  public static ObjectNode prepare(ObjectNode request, Cast cast, int voices, int mostModels) {
    RequestFields fields = new RequestFields(request);
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    conversation(fields, out);
    models(fields, cast, voices, mostModels, out);
    ObjectNode options = CallOptions.checked(fields);
    seed(fields, options, out);
    out.set("options", options);
    RequestFields budget = fields.within("budget");
    out.putObject("budget")
        .put("modelCalls", budget.integer("modelCalls", 200, 1, 100_000))
        .put("tokens", budget.integer("tokens", 1_000_000L, 1, Long.MAX_VALUE))
        .put("seconds", budget.integer("seconds", 3600L, 1, 30 * DAY_SECONDS));
    return out;
  }

  /**
   * The seed of a run, of which each of its calls has one of its own: one seed for all would make
   * voices of the same model say the same. Ollama's {@code options.seed} means it too, unless it is
   * negative, which is Ollama's "any".
   */
  private static void seed(RequestFields fields, ObjectNode options, ObjectNode out) {
    long asked = fields.within("options").integer("seed", -1L, Long.MIN_VALUE, Long.MAX_VALUE);
    options.remove("seed");
    if (fields.has("seed") || asked >= 0) {
      out.put("seed", fields.integer("seed", asked, Long.MIN_VALUE, Long.MAX_VALUE));
    }
  }

  /** Whether the client, or somebody who has prepared the request, has chosen the seed. */
  public static boolean hasSeed(JsonNode request) {
    return request.has("seed");
  }

  private static void conversation(RequestFields fields, ObjectNode out) {
    refuseImages(fields.get("images"));
    JsonNode messages = fields.get("messages");
    String prompt = fields.text("prompt", "");
    if (messages == null) {
      if (prompt.isBlank()) {
        throw new RefusedRequest("prompt: missing (expected: a text, or messages)");
      }
      out.put("prompt", prompt);
      return;
    }
    if (!prompt.isEmpty()) {
      throw new RefusedRequest("prompt: given beside messages (expected: one of them)");
    }
    if (!messages.isArray() || messages.isEmpty() || messages.size() > MOST_MESSAGES) {
      throw new RefusedRequest(
          "messages", RequestFields.shown(messages), "a list of 1 to " + MOST_MESSAGES);
    }
    ArrayNode kept = out.putArray("messages");
    for (JsonNode message : messages) {
      if (!message.path("role").isTextual() || !message.path("content").isTextual()) {
        throw new RefusedRequest(
            "messages", RequestFields.shown(message), "an object with role and content");
      }
      refuseImages(message.get("images"));
      kept.add(message);
    }
    if (question(out).isBlank()) {
      throw new RefusedRequest("messages: no message of role user (expected: at least one)");
    }
  }

  /** A step's prompt is made of text, and a model that sees nothing would answer all the same. */
  private static void refuseImages(@Nullable JsonNode images) {
    if (images != null && !images.isNull() && !images.isEmpty()) {
      throw new RefusedRequest("images: given (expected: none; patterns take text only)");
    }
  }

  private static void models(
      RequestFields fields, Cast cast, int voices, int mostModels, ObjectNode out) {
    List<String> named = fields.texts("models", mostModels);
    List<String> chosen = named.isEmpty() ? cast.choose(voices) : named;
    if (chosen.isEmpty()) {
      throw RefusedRequest.forNow(
          "models: none is there (expected: a node with a model that chats)");
    }
    ArrayNode models = out.putArray("models");
    chosen.forEach(models::add);
    out.put(CHOSEN, named.isEmpty() || fields.flag(CHOSEN, false));
  }

  /** What is asked: the prompt, or the last message of the user. */
  public static String question(JsonNode prepared) {
    if (prepared.has("prompt")) {
      return prepared.path("prompt").asText();
    }
    String last = "";
    for (JsonNode message : prepared.path("messages")) {
      last = message.path("role").asText().equals("user") ? message.path("content").asText() : last;
    }
    return last;
  }

  public static List<String> models(JsonNode prepared) {
    List<String> models = new ArrayList<>();
    prepared.path("models").forEach(model -> models.add(model.asText()));
    return models;
  }

  public static Budget budget(JsonNode prepared) {
    JsonNode budget = prepared.path("budget");
    return new Budget(
        budget.path("modelCalls").asInt(),
        budget.path("tokens").asLong(),
        budget.path("seconds").asLong());
  }

  /** The same prepared request with another budget. */
  public static ObjectNode withBudget(ObjectNode prepared, Budget budget) {
    ObjectNode other = JsonNodeFactory.instance.objectNode();
    other.setAll(prepared);
    other
        .putObject("budget")
        .put("modelCalls", budget.modelCalls())
        .put("tokens", budget.tokens())
        .put("seconds", budget.seconds());
    return other;
  }

  /**
   * A budget, or what is added to one: what is left out is 0.
   *
   * @param fields of the object {@code budget}, read from its request
   */
  public static Budget more(RequestFields fields) {
    return new Budget(
        fields.integer("modelCalls", 0, 0, 100_000),
        fields.integer("tokens", 0L, 0, Long.MAX_VALUE),
        fields.integer("seconds", 0L, 0, 30 * DAY_SECONDS));
  }

  public static long seed(JsonNode prepared) {
    return prepared.path("seed").asLong();
  }

  /** The request's options with another temperature, and the seed of one call. */
  public static Map<String, Object> options(JsonNode prepared, double temperature, long seed) {
    Map<String, Object> options = new HashMap<>(CallOptions.plain(prepared.path("options")));
    options.put("temperature", temperature);
    options.put("seed", Math.floorMod(seed, Integer.MAX_VALUE));
    return options;
  }
}
