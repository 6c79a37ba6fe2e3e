package io.llmcluster.gateway.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.ModelDetails;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.model.StandInDigest;
import io.llmcluster.gateway.server.JsonBody;
import java.util.List;
import java.util.Optional;

/**
 * Patterns that stand in the list of models, since many clients (Open WebUI) offer only what is
 * listed: a pattern's name, or a name with its models.
 */
public final class ListedPatterns {

  private static final String FAMILY = "pattern";
  private static final List<String> CAPABILITIES = List.of("completion", "thinking");

  /** Always the same, as that of a model which nobody changes is. */
  private static final String MODIFIED = "1970-01-01T00:00:00Z";

  private final List<InstalledModel> models;

  /**
   * @param names for example {@code ensemble} or {@code ensemble:llama3.2,qwen3}
   */
  public ListedPatterns(List<String> names) {
    this.models = names.stream().map(ListedPatterns::model).toList();
  }

  /** As if they were installed. */
  List<InstalledModel> models() {
    return models;
  }

  /** What {@code /api/show} tells of one; empty if it is not listed. */
  Optional<ObjectNode> show(String name) {
    String key = ModelName.key(name);
    return models.stream()
        .filter(model -> ModelName.key(model.name()).equals(key))
        .findFirst()
        .map(ListedPatterns::shown);
  }

  private static ObjectNode shown(InstalledModel model) {
    ObjectNode view = JsonBody.JSON.createObjectNode();
    view.put("modelfile", "").put("parameters", "").put("template", "").put("license", "");
    ObjectNode details = view.putObject("details");
    details.put("parent_model", "").put("format", FAMILY).put("family", FAMILY);
    details.putArray("families").add(FAMILY);
    details.put("parameter_size", "").put("quantization_level", "");
    view.putObject("model_info").put("general.architecture", FAMILY);
    CAPABILITIES.forEach(view.putArray("capabilities")::add);
    return view.put("modified_at", model.modifiedAt());
  }

  private static InstalledModel model(String name) {
    String full = name.contains(":") ? name : name + ":latest";
    return new InstalledModel(
        full, MODIFIED, 0, StandInDigest.of(full), details(), CAPABILITIES, "", "");
  }

  private static ModelDetails details() {
    ModelDetails unknown = ModelDetails.UNKNOWN;
    return new ModelDetails(
        "",
        FAMILY,
        FAMILY,
        List.of(FAMILY),
        "",
        "",
        unknown.contextLength(),
        unknown.embeddingLength());
  }
}
