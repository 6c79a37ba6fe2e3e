package io.llmcluster.node.embedded.child;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.model.ModelName;
import java.time.Instant;

/**
 * What the lists say of the one model.
 *
 * @param name as in lists, with its tag
 * @param size of the file, bytes
 * @param digest SHA-256 of the file, 64 hexadecimal digits
 * @param modified when the file was written
 * @param context tokens of one slot
 * @param facts what the file says of itself
 */
record ModelCard(
    String name, long size, String digest, Instant modified, int context, GgufFacts facts) {

  boolean is(String other) {
    return ModelName.key(name).equals(ModelName.key(other));
  }

  /** As Ollama writes it in the refusals that name a capability. */
  String fullName() {
    return "registry.ollama.ai/library/" + ModelName.key(name);
  }

  ObjectNode tags() {
    ObjectNode root = OllamaJson.object();
    ObjectNode model = root.putArray("models").addObject();
    model.put("name", name).put("model", name).put("modified_at", modified.toString());
    model.put("size", size).put("digest", digest);
    model.set("details", details());
    model.putArray("capabilities").add("completion");
    return root;
  }

  /** Always loaded: the library does not give memory back, so an unload is a formality. */
  ObjectNode ps() {
    ObjectNode root = OllamaJson.object();
    ObjectNode model = root.putArray("models").addObject();
    model.put("name", name).put("model", name).put("size", size).put("digest", digest);
    model.set("details", details());
    model.put("expires_at", "2318-01-01T00:00:00Z");
    model.put("size_vram", 0).put("context_length", context);
    return root;
  }

  ObjectNode show() {
    ObjectNode root = OllamaJson.object().put("modelfile", "").put("template", "");
    root.set("details", details());
    ObjectNode info = root.putObject("model_info");
    if (!facts.architecture().isEmpty()) {
      info.put("general.architecture", facts.architecture());
      info.put("general.parameter_count", facts.parameters());
      info.put(facts.architecture() + ".context_length", trained());
      info.put(facts.architecture() + ".embedding_length", facts.embedding());
    }
    root.putArray("capabilities").add("completion");
    root.put("modified_at", modified.toString());
    return root;
  }

  private ObjectNode details() {
    ObjectNode details = OllamaJson.object().put("parent_model", "").put("format", "gguf");
    details.put("family", facts.architecture());
    if (facts.architecture().isEmpty()) {
      details.putNull("families");
    } else {
      details.putArray("families").add(facts.architecture());
    }
    details.put("parameter_size", facts.parameterSize());
    details.put("quantization_level", facts.quantization()).put("context_length", trained());
    if (facts.embedding() > 0) {
      details.put("embedding_length", facts.embedding());
    }
    return details;
  }

  private int trained() {
    return facts.context() > 0 ? facts.context() : context;
  }
}
