package io.llmcluster.gateway.wire;

/**
 * What is said of a model that no node has. Ollama's own order is the other way round, first the
 * form of the name and then whether it is there; but other servers have names that it would not
 * take (paths of files), and these have to work.
 */
public final class UnknownModel {

  private UnknownModel() {}

  /** The refusal in Ollama's words, of which it has many (its server/routes.go). */
  public static WireException refusal(Endpoint endpoint, String model) {
    if (!ModelNames.isWellFormed(model)) {
      return illFormed(endpoint, model);
    }
    return notFound(
        switch (endpoint) {
          case EMBED, EMBEDDINGS -> "model \"" + model + "\" not found, try pulling it first";
          case COPY -> "model \"" + model + "\" not found";
          case SHOW -> "model '" + withTag(model) + "' not found";
          default -> "model '" + model + "' not found";
        });
  }

  private static WireException illFormed(Endpoint endpoint, String model) {
    return switch (endpoint) {
      case GENERATE, V1_COMPLETIONS -> notFound("model '" + model + "' not found");
      case CHAT, CHAT_STREAM, EMBEDDINGS, V1_CHAT, V1_RESPONSES, V1_MESSAGES ->
          new WireException(400, "model is required");
      default -> new WireException(400, "invalid model name");
    };
  }

  private static WireException notFound(String message) {
    return new WireException(404, message);
  }

  private static String withTag(String model) {
    return model.indexOf(':', model.lastIndexOf('/') + 1) < 0 ? model + ":latest" : model;
  }
}
