package io.llmcluster.node.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Map;
import java.util.TreeMap;

/** Gathers tool calls, which come in pieces in a {@code /v1} stream and whole in a native one. */
final class ToolCallPieces {

  private static final int MAX_CALLS = 128;

  private static final class Call {
    private String id = "";
    private final StringBuilder name = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder();
  }

  private final Map<Integer, Call> calls = new TreeMap<>();

  void add(JsonNode toolCalls) {
    int position = 0;
    for (JsonNode piece : toolCalls) {
      int index = piece.path("index").asInt(position++);
      if (calls.size() >= MAX_CALLS && !calls.containsKey(index)) {
        throw new Refusal(502, "the model server sent more than " + MAX_CALLS + " tool calls");
      }
      Call call = calls.computeIfAbsent(index, i -> new Call());
      if (!Fields.text(piece, "id").isEmpty()) {
        call.id = Fields.text(piece, "id");
      }
      call.name.append(Fields.text(piece.path("function"), "name"));
      call.arguments.append(Fields.text(piece.path("function"), "arguments"));
    }
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  /**
   * The calls in native form.
   *
   * @throws Refusal if the arguments of one are not a JSON object
   */
  ArrayNode toNative() {
    ArrayNode translated = Json.object().arrayNode();
    for (Call call : calls.values()) {
      String text = call.arguments.toString();
      JsonNode arguments = text.isBlank() ? Json.object() : Json.parse(text);
      if (!arguments.isObject()) {
        throw new Refusal(502, "the model server sent tool arguments that are not a JSON object");
      }
      int index = translated.size();
      translated
          .addObject()
          .put("id", call.id.isEmpty() ? "call_" + index : call.id)
          .putObject("function")
          .put("index", index)
          .put("name", call.name.toString())
          .set("arguments", arguments);
    }
    return translated;
  }
}
