package io.llmcluster.node.embedded.child;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.node.embedded.child.Generator.Options;
import java.util.ArrayList;
import java.util.List;

/** The {@code options} of a request, with Ollama's defaults; names it does not know are ignored. */
final class OptionsReader {
  private static final int MAX_STOPS = 16;

  private OptionsReader() {}

  /**
   * Reads {@code o}, which may be missing.
   *
   * @param wholePrompt as in {@link Options}
   * @throws ApiError 500 for an option of the wrong type, as Ollama
   */
  static Options read(JsonNode o, String grammar, boolean wholePrompt) throws ApiError {
    return new Options(
        integer(o, "num_predict", -1),
        real(o, "temperature", 0.8, 0, 100),
        Math.max(0, integer(o, "top_k", 40)),
        real(o, "top_p", 0.9, 0, 1),
        real(o, "min_p", 0, 0, 1),
        integer(o, "seed", -1),
        real(o, "repeat_penalty", 1, 0.01, 100),
        real(o, "presence_penalty", 0, -100, 100),
        real(o, "frequency_penalty", 0, -100, 100),
        stops(o.path("stop")),
        grammar,
        wholePrompt);
  }

  private static int integer(JsonNode o, String name, int otherwise) throws ApiError {
    JsonNode value = o.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw wrong(name, "integer");
    }
    return value.intValue();
  }

  /** Bounded, since the native sampler aborts the process on numbers that are not finite. */
  private static float real(JsonNode o, String name, double otherwise, double least, double most)
      throws ApiError {
    JsonNode value = o.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return (float) otherwise;
    }
    if (!value.isNumber() || Double.isNaN(value.doubleValue())) {
      throw wrong(name, "float32");
    }
    return (float) Math.max(least, Math.min(most, value.doubleValue()));
  }

  private static List<String> stops(JsonNode value) throws ApiError {
    List<String> stops = new ArrayList<>();
    if (value.isMissingNode() || value.isNull()) {
      return stops;
    }
    if (!value.isArray()) {
      throw wrong("stop", "array");
    }
    for (JsonNode stop : value) {
      if (!stop.isTextual()) {
        throw wrong("stop", "an array of strings");
      }
      if (!stop.textValue().isEmpty() && stops.size() < MAX_STOPS) {
        stops.add(stop.textValue());
      }
    }
    return stops;
  }

  private static ApiError wrong(String name, String type) {
    return new ApiError(500, "option \"%s\" must be of type %s".formatted(name, type));
  }
}
