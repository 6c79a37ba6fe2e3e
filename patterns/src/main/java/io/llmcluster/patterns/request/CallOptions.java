package io.llmcluster.patterns.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.RefusedRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ollama's {@code options} of a request. Which there are is the backend's business; what stands in
 * them is checked as far as every backend agrees, so that no step fails for it later.
 */
public final class CallOptions {

  /** Whatever a model says, it ends somewhere: {@code num_predict} when none is given, tokens. */
  private static final int NUM_PREDICT = 1024;

  private static final double MOST_TEMPERATURE = 2;

  private CallOptions() {}

  /**
   * A copy of the options, without those that are {@code null}, with a length at which answers end
   * and {@code stop} as the list that every backend takes.
   *
   * @throws RefusedRequest naming the option and what was expected
   */
  public static ObjectNode checked(RequestFields fields) {
    ObjectNode checked = JsonNodeFactory.instance.objectNode();
    RequestFields options = fields.within("options");
    for (Map.Entry<String, JsonNode> option : fields.object("options").properties()) {
      if (options.has(option.getKey())) {
        checked.set(option.getKey(), value(option.getKey(), option.getValue()));
      }
    }
    options.number("temperature", 0, 0, MOST_TEMPERATURE);
    checked.put(
        "num_predict",
        options.integer("num_predict", NUM_PREDICT, Integer.MIN_VALUE, Integer.MAX_VALUE));
    return checked;
  }

  private static JsonNode value(String name, JsonNode value) {
    boolean texts = value.isArray();
    for (JsonNode one : value) {
      texts &= one.isTextual();
    }
    if (name.equals("stop") && value.isTextual()) { // OpenAI's way; Ollama wants a list
      return JsonNodeFactory.instance.arrayNode().add(value);
    }
    if (texts || value.isTextual() || value.isBoolean() || isPlainNumber(value)) {
      return value.deepCopy();
    }
    throw new RefusedRequest(
        "options." + name,
        RequestFields.shown(value),
        "a number, a text, true or false, or a list of texts");
  }

  private static boolean isPlainNumber(JsonNode value) {
    return value.isIntegralNumber()
        ? value.canConvertToLong()
        : value.isNumber() && Double.isFinite(value.asDouble());
  }

  /** As a step carries them. */
  static Map<String, Object> plain(JsonNode options) {
    Map<String, Object> plain = new HashMap<>();
    options
        .properties()
        .forEach(
            option -> {
              if (!option.getValue().isNull()) { // a run that began before nulls were left out
                plain.put(option.getKey(), plainValue(option.getValue()));
              }
            });
    return plain;
  }

  private static Object plainValue(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.asLong();
    }
    if (value.isNumber()) {
      return value.asDouble();
    }
    if (value.isBoolean()) {
      return value.asBoolean();
    }
    if (value.isArray()) {
      List<Object> list = new ArrayList<>();
      value.forEach(one -> list.add(plainValue(one)));
      return list;
    }
    return value.asText();
  }
}
