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
 */
record ModelCard(String name, long size, String digest, Instant modified, int context) {

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
    info.put("general.architecture", "llama").put("llama.context_length", context);
    root.putArray("capabilities").add("completion");
    root.put("modified_at", modified.toString());
    return root;
  }

  private ObjectNode details() {
    ObjectNode details = OllamaJson.object().put("parent_model", "").put("format", "gguf");
    details.put("family", "llama").putArray("families").add("llama");
    details.put("parameter_size", part("(?i).*?(\\d+(\\.\\d+)?[mb])(?![a-z]).*"));
    details.put("quantization_level", "Q4_1");
    return details.put("context_length", context);
  }

  private String part(String pattern) {
    return name.matches(pattern) ? name.replaceFirst(pattern, "$1").toUpperCase(ROOT) : "";
  }

  private static final java.util.Locale ROOT = java.util.Locale.ROOT;
}
