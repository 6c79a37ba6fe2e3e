package io.llmcluster.core.directory;

import java.util.List;

/**
 * How a model was made. Unknown texts are empty, unknown numbers 0.
 *
 * @param format for example {@code gguf}
 * @param family for example {@code llama}
 * @param families all of them; empty when the backend answers null
 * @param parameterSize for example {@code 8.0B}
 * @param quantizationLevel for example {@code Q4_K_M}
 * @param contextLength tokens the model was trained for
 * @param embeddingLength dimensions of its vectors
 */
public record ModelDetails(
    String parentModel,
    String format,
    String family,
    List<String> families,
    String parameterSize,
    String quantizationLevel,
    int contextLength,
    int embeddingLength) {

  public static final ModelDetails UNKNOWN = new ModelDetails("", "", "", List.of(), "", "", 0, 0);

  public ModelDetails {
    families = List.copyOf(families);
  }
}
