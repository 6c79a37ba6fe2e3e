package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What two workflows have made of their requests, and in what they differ. */
final class Comparison {

  /** What a step is, beside how long it took. */
  private static final Set<String> TELLING = Set.of("kind", "model", "status", "output", "reason");

  /** What a side is told of its run. */
  private static final List<String> OF_RUN =
      List.of("id", "pattern", "status", "answer", "error", "degraded", "models", "recovery");

  private Comparison() {}

  /**
   * Two whole views beside each other.
   *
   * @param a a view as {@link ExecutionView#of} makes it
   * @param askedA the prepared request that it came from
   */
  static ObjectNode of(JsonNode a, JsonNode askedA, JsonNode b, JsonNode askedB) {
    ObjectNode comparison = JsonNodeFactory.instance.objectNode();
    comparison.set("a", side(a));
    comparison.set("b", side(b));
    comparison
        .putObject("same")
        .put("status", a.path("status").equals(b.path("status")))
        .put("answer", a.path("answer").equals(b.path("answer")))
        .put(
            "decision",
            a.path("decision").path("chosen").equals(b.path("decision").path("chosen"))
                && a.path("decision").path("rule").equals(b.path("decision").path("rule")));
    comparison.set("request", fields(askedA, askedB));
    comparison.set("steps", steps(a.path("steps"), b.path("steps")));
    return comparison;
  }

  private static ObjectNode side(JsonNode view) {
    ObjectNode side = JsonNodeFactory.instance.objectNode();
    for (String field : OF_RUN) {
      if (view.has(field)) {
        side.set(field, view.path(field));
      }
    }
    if (view.path("decision") instanceof ObjectNode decision) {
      side.set(
          "decision",
          decision.deepCopy().retain("id", "rule", "chosen", "agreement", "tally", "dissent"));
    }
    side.setAll((ObjectNode) view.path("budget").path("actual"));
    return side;
  }

  private static ArrayNode fields(JsonNode a, JsonNode b) {
    ArrayNode differing = JsonNodeFactory.instance.arrayNode();
    Set<String> names = new TreeSet<>();
    a.fieldNames().forEachRemaining(names::add);
    b.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      if (!a.path(name).equals(b.path(name))) {
        ObjectNode field = differing.addObject().put("field", name);
        field.set("a", a.get(name));
        field.set("b", b.get(name));
      }
    }
    return differing;
  }

  private static ArrayNode steps(JsonNode a, JsonNode b) {
    Map<String, JsonNode> left = byId(a);
    Map<String, JsonNode> right = byId(b);
    Set<String> ids = new java.util.LinkedHashSet<>(left.keySet());
    ids.addAll(right.keySet());
    ArrayNode differing = JsonNodeFactory.instance.arrayNode();
    for (String id : ids) {
      JsonNode one = left.get(id);
      JsonNode other = right.get(id);
      if (one == null || other == null || !told(one).equals(told(other))) {
        ObjectNode step = differing.addObject().put("id", id);
        step.set("a", one);
        step.set("b", other);
      }
    }
    return differing;
  }

  private static Map<String, JsonNode> byId(JsonNode steps) {
    Map<String, JsonNode> byId = new LinkedHashMap<>();
    steps.forEach(step -> byId.put(step.path("id").asText(), step));
    return byId;
  }

  private static ObjectNode told(JsonNode step) {
    return ((ObjectNode) step).deepCopy().retain(TELLING);
  }
}
