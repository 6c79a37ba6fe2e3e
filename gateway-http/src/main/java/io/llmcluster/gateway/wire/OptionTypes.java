package io.llmcluster.gateway.wire;

import io.llmcluster.gateway.wire.JsonValue.Kind;
import java.util.HashMap;
import java.util.Map;

/**
 * The types of Ollama's options; a wrong one is a 500 there (its api/types.go, {@code
 * Options.FromMap}).
 */
final class OptionTypes {

  private static final Map<String, String> TYPES = new HashMap<>();

  static {
    for (String name :
        new String[] {
          "num_ctx",
          "num_batch",
          "num_gpu",
          "main_gpu",
          "num_thread",
          "num_keep",
          "seed",
          "num_predict",
          "top_k",
          "repeat_last_n",
          "draft_num_predict"
        }) {
      TYPES.put(name, "integer");
    }
    for (String name :
        new String[] {
          "top_p",
          "min_p",
          "typical_p",
          "temperature",
          "repeat_penalty",
          "presence_penalty",
          "frequency_penalty"
        }) {
      TYPES.put(name, "float32");
    }
    TYPES.put("use_mmap", "boolean");
    TYPES.put("stop", "array");
  }

  private OptionTypes() {}

  static void check(Fields fields) {
    JsonValue options = fields.get("options");
    if (options == null) {
      return;
    }
    new GoScanner(fields.json(), options.start())
        .object(
            (key, value) -> {
              String name = Fields.text(fields.json(), key);
              String type = TYPES.get(name);
              if (type != null && value.kind() != Kind.NULL) {
                check(fields.json(), name, type, value);
              }
            });
  }

  private static void check(byte[] json, String name, String type, JsonValue value) {
    Kind wanted =
        switch (type) {
          case "boolean" -> Kind.BOOL;
          case "array" -> Kind.ARRAY;
          default -> Kind.NUMBER;
        };
    if (value.kind() != wanted) {
      throw refused(name, "type " + type);
    }
    if (wanted == Kind.ARRAY) {
      new GoScanner(json, value.start())
          .array(
              element -> {
                if (element.kind() != Kind.STRING) {
                  throw refused(name, "an array of strings");
                }
              });
    }
  }

  private static WireException refused(String name, String type) {
    return new WireException(500, "option \"" + name + "\" must be of " + type);
  }
}
