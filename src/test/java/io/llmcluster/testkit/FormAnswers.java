package io.llmcluster.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the stand-in says when it is asked for a form (a JSON schema in {@code format}): an instance
 * of it that patterns can work with. A plan has three parts, of which the last needs the others;
 * answers to the same question often differ; whoever chooses chooses among what it was shown. The
 * same request always gets the same words.
 */
final class FormAnswers {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Answers of which a voice gives one, by its prompt and seed. */
  private static final int ANSWERS = 5;

  /** Of so many results that are checked, one is found wanting. */
  private static final int CHECKED = 4;

  /** Texts that say what is wrong; nothing is. */
  private static final Set<String> COMPLAINTS =
      Set.of("error", "missing", "change", "problem", "quote", "directAnswer");

  /** How a prompt ends whose plan may not name a part as the plan before it did. */
  private static final String PLAN_ANEW = "Now plan what is left.";

  /** Prompts say: {@code one of A, B, C.} or {@code by their labels: A, B, C.} */
  private static final Pattern LABELS =
      Pattern.compile("(?:one of|labels):? ([A-Z]\\d*(?:, [A-Z]\\d*)*)\\.");

  private final String prompt;
  private final int draw;

  private FormAnswers(JsonNode request) {
    StringBuilder all = new StringBuilder();
    request.path("messages").forEach(one -> all.append(one.path("content").asText()).append('\n'));
    prompt = all.toString();
    draw = (prompt + request.path("options").path("seed").asText()).hashCode();
  }

  /** The answer to a request whose {@code format} is a schema. */
  static String of(JsonNode request) {
    return new FormAnswers(request).object(request.path("format")).toString();
  }

  private int draw(int of) {
    return Math.floorMod(draw, of);
  }

  private ObjectNode object(JsonNode schema) {
    ObjectNode object = JSON.objectNode();
    schema
        .path("properties")
        .properties()
        .forEach(
            property ->
                object.set(property.getKey(), value(property.getKey(), property.getValue())));
    return object;
  }

  private JsonNode value(String name, JsonNode schema) {
    if (schema.has("const")) {
      return schema.get("const");
    }
    if (schema.has("enum")) {
      JsonNode known = schema.get("enum");
      return name.equals("complexity") ? JSON.textNode("complex") : known.get(draw(known.size()));
    }
    return switch (schema.path("type").asText()) {
      case "string" -> JSON.textNode(text(name));
      case "boolean" -> JSON.booleanNode(isSo(name));
      case "number" -> JSON.numberNode(schema.path("maximum").asDouble(1) * 0.4);
      case "integer" -> schema.path("minimum");
      case "array" -> list(name, schema.path("items"));
      default -> object(schema);
    };
  }

  private String text(String name) {
    if (COMPLAINTS.contains(name)) {
      return "";
    }
    return switch (name) {
      case "answer" -> String.valueOf(17 + draw(ANSWERS));
      case "choice" -> labels().get(draw(labels().size()));
      case "role" -> "Research";
      default -> "some " + name;
    };
  }

  private boolean isSo(String name) {
    return switch (name) {
      case "errorFound" -> false; // it would have to be quoted
      case "keep" -> draw(2) == 0;
      case "accepted", "satisfied" -> draw(CHECKED) > 0;
      default -> true;
    };
  }

  private ArrayNode list(String name, JsonNode items) {
    ArrayNode list = JSON.arrayNode();
    switch (name) {
      case "tasks", "assignments" -> {
        String plan = prompt.contains(PLAN_ANEW) ? "-" + draw(1_000_000) : "";
        list.add(part(items, "a" + plan)).add(part(items, "b" + plan));
        ObjectNode last = part(items, "c" + plan);
        last.putArray("dependsOn").add("a" + plan).add("b" + plan);
        list.add(last);
      }
      case "ranking" -> labels().forEach(list::add);
      case "dependsOn" -> {} // see the last part of a plan
      default -> list.add(value(name, items));
    }
    return list;
  }

  private ObjectNode part(JsonNode items, String id) {
    return object(items).put("id", id);
  }

  private List<String> labels() {
    Matcher shown = LABELS.matcher(prompt);
    String last = "A";
    while (shown.find()) {
      last = shown.group(1);
    }
    return List.of(last.split(", "));
  }
}
