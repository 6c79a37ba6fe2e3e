package io.llmcluster.core.model;

import java.util.Locale;

/** How names of models compare: case does not matter, and a missing tag is {@code latest}. */
public final class ModelName {

  private ModelName() {}

  /**
   * The form by which two names are the same model: lower case, with its tag, without the default
   * host and namespace.
   *
   * @param name as a client or a node writes it; need not be well-formed
   */
  public static String key(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    if (key.startsWith("registry.ollama.ai/")) {
      key = key.substring("registry.ollama.ai/".length());
    }
    if (key.startsWith("library/")) {
      key = key.substring("library/".length());
    }
    return key.indexOf(':', key.lastIndexOf('/') + 1) < 0 ? key + ":latest" : key;
  }
}
