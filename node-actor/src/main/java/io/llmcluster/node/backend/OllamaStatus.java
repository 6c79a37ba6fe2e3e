package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.LoadedModel;
import io.llmcluster.core.directory.ModelDetails;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code /api/tags} and {@code /api/ps}; what is missing or of another type is unknown. */
final class OllamaStatus {

  private OllamaStatus() {}

  static List<InstalledModel> installed(JsonNode tags) {
    List<InstalledModel> models = new ArrayList<>();
    for (JsonNode model : tags.path("models")) {
      String name = name(model);
      if (!name.isEmpty()) {
        models.add(
            new InstalledModel(
                name,
                model.path("modified_at").asText(""),
                model.path("size").asLong(),
                model.path("digest").asText(""),
                details(model.path("details")),
                texts(model.path("capabilities")),
                model.path("remote_model").asText(""),
                model.path("remote_host").asText("")));
      }
    }
    return models;
  }

  static List<LoadedModel> loaded(JsonNode ps) {
    List<LoadedModel> models = new ArrayList<>();
    for (JsonNode model : ps.path("models")) {
      String name = name(model);
      if (!name.isEmpty()) {
        models.add(
            new LoadedModel(
                name,
                model.path("size").asLong(),
                model.path("size_vram").asLong(),
                model.path("context_length").asInt(),
                model.path("expires_at").asText("")));
      }
    }
    return models;
  }

  private static String name(JsonNode model) {
    String name = model.path("name").asText("");
    return name.isEmpty() ? model.path("model").asText("") : name;
  }

  private static ModelDetails details(JsonNode details) {
    return new ModelDetails(
        details.path("parent_model").asText(""),
        details.path("format").asText(""),
        details.path("family").asText(""),
        texts(details.path("families")),
        details.path("parameter_size").asText(""),
        details.path("quantization_level").asText(""),
        details.path("context_length").asInt(),
        details.path("embedding_length").asInt());
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
