package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.LoadedModel;
import io.llmcluster.core.directory.ModelDetails;
import io.llmcluster.core.model.StandInDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads {@code /v1/models} and llama.cpp's {@code /props}. llama.cpp adds a {@code meta} to each
 * model, vLLM a {@code max_model_len}; such servers have their models in memory.
 */
final class OpenAiStatus {

  private OpenAiStatus() {}

  static List<InstalledModel> installed(JsonNode models) {
    List<InstalledModel> installed = new ArrayList<>();
    for (JsonNode model : models.path("data")) {
      String id = model.path("id").asText("");
      if (!id.isEmpty()) {
        long created = model.path("created").asLong();
        installed.add(
            new InstalledModel(
                id,
                created > 0 ? Instant.ofEpochSecond(created).toString() : "",
                model.path("meta").path("size").asLong(),
                StandInDigest.of(id),
                details(model),
                List.of(),
                "",
                ""));
      }
    }
    return installed;
  }

  /** Those of which the server says how they are loaded; LM Studio lists what is on disk too. */
  static List<LoadedModel> loaded(JsonNode models, JsonNode props) {
    boolean isLlamaCpp = props.has("total_slots") || props.has("default_generation_settings");
    int perSlot = props.path("default_generation_settings").path("n_ctx").asInt();
    List<LoadedModel> loaded = new ArrayList<>();
    for (JsonNode model : models.path("data")) {
      String id = model.path("id").asText("");
      boolean inMemory = model.has("max_model_len") || model.has("meta") || isLlamaCpp;
      if (inMemory && !id.isEmpty()) {
        long size = model.path("meta").path("size").asLong();
        int context = perSlot > 0 ? perSlot : model.path("max_model_len").asInt();
        loaded.add(new LoadedModel(id, size, 0, context, ""));
      }
    }
    return loaded;
  }

  static int parallel(JsonNode props) {
    return Math.max(0, props.path("total_slots").asInt());
  }

  private static ModelDetails details(JsonNode model) {
    JsonNode meta = model.path("meta");
    int trained = meta.path("n_ctx_train").asInt(model.path("max_model_len").asInt());
    return new ModelDetails(
        "",
        meta.isObject() ? "gguf" : "",
        "",
        List.of(),
        parameters(meta.path("n_params").asLong()),
        "",
        trained,
        meta.path("n_embd").asInt());
  }

  private static String parameters(long count) {
    if (count <= 0) {
      return "";
    }
    return count >= 1_000_000_000L
        ? String.format(Locale.ROOT, "%.1fB", count / 1e9)
        : String.format(Locale.ROOT, "%.0fM", count / 1e6);
  }
}
